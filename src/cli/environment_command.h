// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/api_client.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// `penstock environment`: what a running server keeps of environments, and the locks of runs.
class EnvironmentCommand {
 public:
  CLI::App* AddTo(CLI::App& app);
  int Run(std::ostream& out, std::ostream& err);

 private:
  enum class Verb { kList, kRemove, kLock };

  base::Status Act(std::ostream& out) const;
  base::Status List(std::ostream& out) const;
  base::Status Remove(std::ostream& out) const;
  base::Status Lock(std::ostream& out) const;
  base::Result<std::set<std::string>> LocksOfRun() const;

  ApiClient client_;
  Verb verb_ = Verb::kList;
  std::vector<std::string> ids_;
  std::string run_, output_ = "text";
};

}  // namespace penstock::cli
