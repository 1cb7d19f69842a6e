// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

#include "base/result.h"
#include "cli/api_client.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// `penstock cache`: what the cache of a running server holds, and forgetting of it.
class CacheCommand {
 public:
  CLI::App* AddTo(CLI::App& app);
  int Run(std::ostream& out, std::ostream& err);

 private:
  base::Status List(std::ostream& out) const;
  base::Status Invalidate(std::ostream& out) const;

  ApiClient client_;
  bool invalidate_ = false;
  std::string pipeline_, task_, run_, fingerprint_;
  std::string output_ = "text";
  bool all_ = false;
};

}  // namespace penstock::cli
