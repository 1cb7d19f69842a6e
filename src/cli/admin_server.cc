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

}  // namespace

void AddServerCommands(AdminMenu& menu) {
  menu.AddCommand(menu.admin(), "info", "Say which server answers, and since when", ShowInfo);
}

}  // namespace penstock::cli
