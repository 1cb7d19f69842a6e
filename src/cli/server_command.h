// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/server.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// `penstock server`: runs until SIGTERM or SIGINT.
class ServerCommand {
 public:
  CLI::App* AddTo(CLI::App& app);
  int Run(std::ostream& out, std::ostream& err);

 private:
  // Moves what is given as NAME=VALUE into the configuration, and checks what belongs together.
  base::Status Finish();
  base::Status FinishWebhooks();

  server::ServerConfig config_;
  std::vector<std::string> task_hosts_;
  std::vector<std::string> task_images_;
  std::vector<std::string> task_env_;
  std::vector<std::string> webhooks_;
  std::vector<std::string> webhook_token_files_;
  int64_t drain_seconds_ = 10;
  int64_t drain_delay_seconds_ = 0;
  std::string log_level_ = "info";
  std::string log_format_ = "text";
};

// Splits "NAME=VALUE"; the name must not be empty.
base::Result<std::pair<std::string, std::string>> SplitAssignment(const std::string& text,
                                                                  const std::string& option);

}  // namespace penstock::cli
