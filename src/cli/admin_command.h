// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "cli/admin_session.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// Where the groups of `penstock admin` put their commands.
class AdminMenu {
 public:
  explicit AdminMenu(CLI::App& admin) : admin_(admin) {}

  // `penstock admin NAME`, which takes one of its own commands.
  CLI::App& AddGroup(const std::string& name, const std::string& description);
  // A command; its action runs once the whole command line has been read.
  CLI::App& AddCommand(CLI::App& group, const std::string& name, const std::string& description,
                       AdminAction action);
  CLI::App& admin() { return admin_; }
  const AdminAction& chosen() const { return chosen_; }

 private:
  CLI::App& admin_;
  AdminAction chosen_;
};

// `penstock admin`: asks a running server.
class AdminCommand {
 public:
  CLI::App* AddTo(CLI::App& app);
  int Run(std::ostream& out, std::ostream& err);

 private:
  std::string url_;
  std::string ca_file_;
  std::string data_dir_;
  std::string output_ = "text";
  std::unique_ptr<AdminMenu> menu_;
};

}  // namespace penstock::cli
