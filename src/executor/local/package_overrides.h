// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "executor/local/version.h"
#include "text/json.h"

namespace penstock::executor {

// What the operator lets run in place of what components ask for (docs: README of this folder).
//
//   interpreters:            # used only where the wanted interpreter is not installed
//     "3.7": nearest         # or a version, or a list of them in order of preference
//   requirements:
//     - replace: pandas==1.3.5      # exactly that, or a bare name: whatever version
//       with: pandas==2.2.3         # or a list, which may be empty
//       python: ">=3.9"             # optional: only on these interpreters
class PackageOverrides {
 public:
  // Reads the files in order; where two rules speak of the same thing the later one wins.
  // kInvalidArgument names the file and the place.
  static base::Result<PackageOverrides> Load(const std::vector<std::string>& files);

  base::Status Add(std::string_view yaml, const std::string& file);

  // What may stand in for an interpreter, in order: "nearest" or versions. Empty: nothing.
  std::vector<std::string> InterpretersFor(const std::string& minor) const;

  struct Replacement {
    std::vector<std::string> requirements;
    std::string note;  // "" where nothing was replaced
  };
  Replacement Apply(const std::string& requirement, const Version& python) const;

 private:
  struct Rule {
    std::string replace;  // normal form, or a bare project
    std::vector<std::string> with;
    std::string python;
    std::string file;
  };
  base::Status AddInterpreters(const text::Json& section);
  base::Status AddRequirement(const text::Json& entry, const std::string& file);

  std::map<std::string, std::vector<std::string>> interpreters_;
  std::vector<Rule> rules_;  // later ones win
};

}  // namespace penstock::executor
