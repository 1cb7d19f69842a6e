// SPDX-License-Identifier: Apache-2.0
#include "cli/pipeline_options.h"

#include <CLI/CLI.hpp>

namespace penstock::cli {

void AddPipelineOptions(CLI::App& command, server::ServerConfig& config) {
  constexpr int64_t kMostDays = 100 * 366;
  command.add_flag("!--no-caching", config.caching,
                   "Run every task, whatever the cache has and whatever tasks ask for");
  command
      .add_option("--keep-runs", config.keep_runs_days,
                  "DAYS after which a run that has ended is deleted with all that only it owns; "
                  "without it runs are kept. What is locked, in the cache, or another run's, stays")
      ->check(CLI::Range(int64_t{1}, kMostDays));
  command
      .add_option("--keep-archived-runs", config.keep_archived_runs_days,
                  "The same for archived runs")
      ->check(CLI::Range(int64_t{1}, kMostDays));
  command
      .add_option(
          "--keep-cache", config.keep_cache_days,
          "DAYS without a hit after which a cache entry is dropped; without it entries, and "
          "the artifacts they need, are kept")
      ->check(CLI::Range(int64_t{1}, kMostDays));
  command
      .add_option("--retention-day", config.retention_day_seconds,
                  "How many seconds a day of these lasts; shorten it to test them")
      ->check(CLI::Range(int64_t{1}, int64_t{24} * 60 * 60))
      ->capture_default_str();
}

}  // namespace penstock::cli
