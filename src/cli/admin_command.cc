// SPDX-License-Identifier: Apache-2.0
#include "cli/admin_command.h"

#include <utility>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "cli/admin_endpoint.h"
#include "cli/admin_groups.h"

namespace penstock::cli {
namespace {

constexpr const char* kDescription = "Ask and change a running server";

constexpr const char* kFooter = R"(
The server is found by PENSTOCK_S3_URL (http://127.0.0.1:9000 unless set), and its https
certificate is checked with PENSTOCK_CA. The keys are the root's, from PENSTOCK_ROOT_USER and
PENSTOCK_ROOT_PASSWORD (or MINIO_ROOT_USER and MINIO_ROOT_PASSWORD) or the data directory of a
server on this machine, or those of a user whose policies allow the action ("admin:ListUsers").

Examples:
  penstock admin info --data-dir ./data
  export PENSTOCK_S3_URL=https://s3.example:9000 PENSTOCK_CA=ca.pem
  export PENSTOCK_ROOT_USER=admin PENSTOCK_ROOT_PASSWORD=...
  penstock admin info --output json

Exit codes: 0 done, 1 refused or failed, 2 a command line that cannot be understood.)";

}  // namespace

CLI::App& AdminMenu::AddGroup(const std::string& name, const std::string& description) {
  CLI::App* group = admin_.add_subcommand(name, description);
  group->require_subcommand(1);
  return *group;
}

CLI::App& AdminMenu::AddCommand(CLI::App& group, const std::string& name,
                                const std::string& description, AdminAction action) {
  CLI::App* command = group.add_subcommand(name, description);
  command->callback([this, action = std::move(action)] { chosen_ = action; });
  return *command;
}

CLI::App* AdminCommand::AddTo(CLI::App& app) {
  CLI::App* command = app.add_subcommand("admin", kDescription);
  command->footer(kFooter);
  command->require_subcommand(1);
  command->fallthrough();  // so that these options may stand behind the commands too
  command->add_option("--url", url_, "The server's S3 address, before PENSTOCK_S3_URL");
  command->add_option("--ca", ca_file_, "PEM file of trusted certificates, before PENSTOCK_CA")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--data-dir", data_dir_,
                   "Data directory of a server on this machine, whose root keys to use")
      ->check(CLI::ExistingDirectory);
  command->add_option("--output", output_, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  menu_ = std::make_unique<AdminMenu>(*command);
  AddServerCommands(*menu_);
  AddTraceCommand(*menu_);
  AddInventoryCommand(*menu_);
  AddUserCommands(*menu_);
  AddUserGroupCommands(*menu_);
  AddPolicyCommands(*menu_);
  AddAccessKeyCommands(*menu_);
  AddTokenCommands(*menu_);
  AddEncryptionKeyCommands(*menu_);
  AddDriveCommands(*menu_);
  AddBucketCommands(*menu_);
  AddQuotaCommands(*menu_);
  return command;
}

int AdminCommand::Run(std::ostream& out, std::ostream& err) {
  auto endpoint = FindEndpoint(url_, ca_file_, data_dir_, ProcessEnvironment());
  if (!endpoint) {
    err << "penstock admin: " << endpoint.error().message() << "\n";
    return 2;
  }
  base::SystemClock clock;
  admin::Client client(std::move(*endpoint), clock);
  AdminSession session(client, output_ == "json", out);
  base::Status done = menu_->chosen()(session);
  if (done) return 0;
  err << "penstock admin: " << done.error().message() << "\n";
  return 1;
}

}  // namespace penstock::cli
