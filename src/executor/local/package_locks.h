// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "executor/local/environment_spec.h"

namespace penstock::executor {

// Exact sets of packages that environments are to be made of. A lock is text as of a requirements
// file, below a line that says for what it stands:
//
//   # penstock-lock {"python":"3.11","requirements":[["pandas"]]}
//   numpy==2.1.0 --hash=sha256:…
//   pandas==2.2.3 --hash=sha256:…
//
// `requirements` has a list for each installation of the command line, overrides applied. Whatever
// asks for just that on such a Python gets those packages and no others.
class PackageLocks {
 public:
  // Reads files of one or more locks. kInvalidArgument names the file and the line.
  static base::Result<PackageLocks> Load(const std::vector<std::string>& files);
  base::Status Add(std::string_view text, const std::string& file);

  // The lines of the lock for that environment; "" where there is none.
  std::string Find(const EnvironmentSpec& spec) const;

 private:
  std::map<std::string, std::string> locks_;  // by what they stand for; the last one counts
};

// kFailedPrecondition names what is installed and not locked, or locked and not installed.
base::Status CheckLocked(std::string_view lock, const std::vector<std::string>& installed);

// A lock of what was installed for an environment, whose lines are `packages`.
std::string FormatLock(const EnvironmentSpec& spec, std::string_view packages);

}  // namespace penstock::executor
