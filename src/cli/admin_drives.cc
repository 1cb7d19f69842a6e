// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"

namespace penstock::cli {
namespace {

base::Status ShowDrives(AdminSession& session, std::string_view method, const std::string& path) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, path));
  session.ShowTable(answer, "drives",
                    {{"POSITION", "position"},
                     {"STATE", "state"},
                     {"PATH", "path"},
                     {"AVAILABLE", "available_bytes"},
                     {"TOTAL", "total_bytes"},
                     {"DAMAGED BLOCKS", "damaged_blocks"},
                     {"SHARDS HEALED", "shards_healed"},
                     {"FILLED", "fill_progress"},
                     {"DETAIL", "detail"}});
  return {};
}

base::Status ShowHeal(AdminSession& session, std::string_view method, const std::string& path) {
  PENSTOCK_TRY(text::Json answer, session.client().Send(method, path));
  session.ShowRecord(answer, {{"Writable", "writable"},
                              {"Drives that may be lost", "parity"},
                              {"Scan running", "heal.running"},
                              {"Progress", "heal.progress"},
                              {"Files queued", "heal.files_queued"},
                              {"Files checked", "heal.files_checked"},
                              {"Shards healed", "heal.shards_healed"},
                              {"Bytes healed", "heal.bytes_healed"},
                              {"Files beyond repair", "heal.files_beyond_repair"},
                              {"Last scan finished", "heal.last_scan_finished"}});
  return {};
}

void AddOne(AdminMenu& menu, CLI::App& group, const std::string& name,
            const std::string& description, const std::string& action) {
  auto position = std::make_shared<std::string>();
  CLI::App& command = menu.AddCommand(group, name, description, [=](AdminSession& session) {
    return ShowDrives(session, "POST", "/drives/" + Segment(*position) + "/" + action);
  });
  command.add_option("POSITION", *position, "The drive's position, as `drive list` shows it")
      ->required();
}

}  // namespace

void AddDriveCommands(AdminMenu& menu) {
  CLI::App& drives = menu.AddGroup("drive", "The drives of the store");
  menu.AddCommand(drives, "list", "List all drives and their state",
                  [](AdminSession& session) { return ShowDrives(session, "GET", "/drives"); });
  AddOne(menu, drives, "offline", "Stop using a drive, so that it can be pulled out", "offline");
  AddOne(menu, drives, "online", "Use a drive again, once it has what it missed", "online");
  AddOne(menu, drives, "replace", "Use the empty drive that has been put in the place of another",
         "online");
  CLI::App& heal = menu.AddGroup("heal", "Putting back what drives have lost");
  menu.AddCommand(heal, "status", "Show what is being healed, and what has been",
                  [](AdminSession& session) { return ShowHeal(session, "GET", "/drives"); });
  menu.AddCommand(heal, "start", "Check every block of every file now",
                  [](AdminSession& session) { return ShowHeal(session, "POST", "/heal"); });
}

}  // namespace penstock::cli
