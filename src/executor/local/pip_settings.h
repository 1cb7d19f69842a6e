// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "executor/local/interpreter_finder.h"

namespace penstock::executor {

// How pip was configured by the user who started the server: its configuration files, overridden by
// PIP_* variables (pip's documentation, "Configuration"). Values are as pip writes them, keyed by
// the long option without dashes: "index-url", "find-links", "trusted-host".
class PipSettings {
 public:
  // Reads the files that pip would read, and the variables.
  static PipSettings Load(const Variables& environment);

  // Takes the [global] and [install] sections of one file; what comes later wins.
  void AddFile(std::string_view ini);
  void AddVariables(const Variables& environment);

  std::string Get(const std::string& option) const;  // "" where it is not set

  // The same for uv: variables that uv does not know in pip's words, only where the environment has
  // none in uv's own.
  Variables ForUv(const Variables& environment) const;
  // PIP_* variables that make another pip behave alike. Certificates are left to the caller.
  Variables ForPip() const;
  // The folders among find-links.
  std::vector<std::string> LocalFolders() const;

 private:
  std::map<std::string, std::string> options_;
};

}  // namespace penstock::executor
