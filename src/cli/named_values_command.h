// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/api_client.h"
#include "text/json.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// `penstock secret …` and `penstock config-map …`: what tasks find under names, on a running
// server.
class NamedValuesCommand {
 public:
  static NamedValuesCommand Secrets() { return {"secret", "secrets"}; }
  static NamedValuesCommand ConfigMaps() { return {"config-map", "config_maps"}; }

  CLI::App* AddTo(CLI::App& app);
  // 0: done; 1: it could not be done; 2: a wrong command line.
  int Run(std::ostream& out, std::ostream& err);

 private:
  NamedValuesCommand(std::string word, std::string path)
      : word_(std::move(word)), path_(std::move(path)) {}

  base::Result<text::Json> ReadAssignments() const;
  base::Status Set(const text::Json& body, std::ostream& out) const;
  base::Status Delete(std::ostream& out) const;
  base::Status List(std::ostream& out) const;

  std::string word_, path_;
  CLI::App* set_ = nullptr;
  CLI::App* list_ = nullptr;
  CLI::App* remove_ = nullptr;
  ApiClient client_;
  std::string name_;
  std::vector<std::string> assignments_;
};

}  // namespace penstock::cli
