// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/admin_groups.h"

namespace penstock::cli {
namespace {

base::Status ShowInfo(AdminSession& session) {
  PENSTOCK_TRY(text::Json info, session.client().Send("GET", "/info"));
  session.ShowRecord(info, {{"Version", "version"},
                            {"Commit", "commit"},
                            {"Region", "region"},
                            {"Started", "started_at"},
                            {"Up for seconds", "uptime_seconds"}});
  return {};
}

base::Status ShowStatistics(AdminSession& session) {
  PENSTOCK_TRY(text::Json answer, session.client().Send("GET", "/statistics"));
  session.ShowRecord(answer, {{"Up for seconds", "uptime_seconds"},
                              {"Requests answered", "requests.answered"},
                              {"Requests in flight", "requests.in_flight"},
                              {"Errors of clients", "requests.client_errors"},
                              {"Errors of the server", "requests.server_errors"},
                              {"Answers broken off", "requests.broken_off"},
                              {"Bytes received", "requests.bytes_in"},
                              {"Bytes sent", "requests.bytes_out"},
                              {"CPU seconds", "process.cpu_seconds"},
                              {"Resident bytes", "process.resident_bytes"},
                              {"Open descriptors", "process.open_descriptors"},
                              {"Threads", "process.threads"}});
  return {};
}

base::Status ShowConfiguration(AdminSession& session) {
  PENSTOCK_TRY(text::Json answer, session.client().Send("GET", "/configuration"));
  std::vector<Field> lines;
  for (const auto& [option, value] : answer.as_object()) lines.push_back({option, option});
  session.ShowRecord(answer, lines);
  return {};
}

}  // namespace

void AddServerCommands(AdminMenu& menu) {
  menu.AddCommand(menu.admin(), "config", "Show the options the server runs with, without secrets",
                  ShowConfiguration);
  menu.AddCommand(menu.admin(), "info", "Say which server answers, and since when", ShowInfo);
  menu.AddCommand(menu.admin(), "stat", "Show what the server has done and uses", ShowStatistics);
}

}  // namespace penstock::cli
