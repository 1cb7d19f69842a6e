// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "metadata/database.h"

namespace penstock::metadata {

// How much of everything there is, by state; a state that nothing is in is absent.
struct StateCounts {
  std::map<std::string, int64_t> runs;
  std::map<std::string, int64_t> unfinished_tasks;  // of containers
  std::map<std::string, int64_t> recurring_runs;    // "ENABLED", "DISABLED"
  int64_t webhook_queue = 0;
};
base::Result<StateCounts> CountStates(Database& database);

}  // namespace penstock::metadata
