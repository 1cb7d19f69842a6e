// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace penstock::cli {

// `penstock store verify` and `penstock store repair`: on a store that no server has open.
class StoreCommand {
 public:
  CLI::App* AddTo(CLI::App& app);
  // 0: whole, or all damage repaired; 1: it could not be checked; 2: a wrong command line; 3: there
  // is damage that a repair, or a running server, can put right; 4: something is lost.
  int Run(std::ostream& out, std::ostream& err);

 private:
  CLI::App* AddAction(CLI::App& group, const char* name, const char* description);

  CLI::App* repair_ = nullptr;
  std::string data_dir_;
  std::vector<std::string> drives_;
  std::string output_ = "text";
};

}  // namespace penstock::cli
