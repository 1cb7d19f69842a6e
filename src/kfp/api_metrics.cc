// SPDX-License-Identifier: Apache-2.0
#include "kfp/api_metrics.h"

#include <algorithm>
#include <chrono>

#include "metadata/state_counts.h"

namespace penstock::kfp {
namespace {

using base::Result;
using metadata::RowChange;

constexpr std::chrono::milliseconds kLongestWait{500};

// The clock may have been set meanwhile.
std::chrono::nanoseconds Between(base::Time begin, base::Time end) {
  return std::max<base::Duration>(end - begin, base::Duration(0));
}

}  // namespace

void ApiMetrics::Start() {
  // From here on, not from when the thread begins.
  const uint64_t position = backend_.metadata.database.changes().Position();
  thread_ = std::thread([this, position] { Loop(position); });
}

void ApiMetrics::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void ApiMetrics::Loop(uint64_t position) {
  auto& feed = backend_.metadata.database.changes();
  while (!stopping_) {
    auto batch = feed.Wait(position, kLongestWait);
    position = batch.position;
    if (batch.closed) return;
    for (const RowChange& change : batch.changes) {
      if (change.table == RowChange::Table::kRun) {
        CountRun(change.row);
      } else {
        CountTask(change.row);
      }
    }
  }
}

bool ApiMetrics::IsNew(bool task, int64_t row, base::Time finished) {
  constexpr size_t kMostRemembered = 100'000;
  if (finished < since_) return false;
  if (counted_.size() >= kMostRemembered) {
    counted_.clear();
    since_ = finished;
  }
  base::Time& counted = counted_[{task, row}];
  if (counted == finished) return false;
  counted = finished;
  return true;
}

void ApiMetrics::CountRun(int64_t row) {
  auto run = backend_.metadata.runs.FindEnd(row);
  if (!run || !*run || !(*run)->finished_at) return;
  std::lock_guard lock(mutex_);
  if (!IsNew(false, row, *(*run)->finished_at)) return;
  Ended& ended = runs_[metadata::RuntimeStateName((*run)->state)];
  ended.count.Add();
  ended.durations.Observe(Between((*run)->created_at, *(*run)->finished_at));
}

void ApiMetrics::CountTask(int64_t row) {
  auto task = backend_.metadata.tasks.FindEnd(row);
  if (!task || !*task || !(*task)->finished_at) return;
  std::lock_guard lock(mutex_);
  if (!IsNew(true, row, *(*task)->finished_at)) return;
  Ended& ended = tasks_[metadata::RuntimeStateName((*task)->state)];
  ended.count.Add();
  if ((*task)->cached) ++cached_tasks_;
  ended.durations.Observe(
      Between((*task)->started_at.value_or((*task)->created_at), *(*task)->finished_at));
}

void ApiMetrics::WriteEnded(base::MetricsWriter& writer, std::string_view what,
                            const EndedByState& ended) {
  const std::string stem = "penstock_" + std::string(what);
  writer.Family(stem + "s_finished_total", "counter", "Ended since the server started, by state.");
  for (const auto& [state, numbers] : ended)
    writer.Value(numbers.count.value(), {{"state", state}});
  writer.Family(stem + "_duration_seconds", "histogram", "How long those took.");
  for (const auto& [state, numbers] : ended) {
    writer.Histogram(numbers.durations, {{"state", state}});
  }
}

Result<std::string> ApiMetrics::Write() {
  PENSTOCK_TRY(auto counts, metadata::CountStates(backend_.metadata.database));
  base::MetricsWriter writer;
  writer.Family("penstock_build_info", "gauge", "The program's version.");
  writer.Value(int64_t{1},
               {{"version", backend_.options.version}, {"commit", backend_.options.commit_sha}});
  writer.Family("penstock_runs", "gauge", "Runs that are known, by state.");
  for (const auto& [state, count] : counts.runs) writer.Value(count, {{"state", state}});
  writer.Family("penstock_tasks_unfinished", "gauge",
                "Container tasks that have not ended: PENDING ones wait for their turn.");
  for (const auto& [state, count] : counts.unfinished_tasks) {
    writer.Value(count, {{"state", state}});
  }
  writer.Family("penstock_recurring_runs", "gauge", "Recurring runs, by status.");
  for (const auto& [status, count] : counts.recurring_runs) {
    writer.Value(count, {{"status", status}});
  }
  writer.Family("penstock_run_webhook_queue", "gauge", "Changes of runs not yet delivered.");
  writer.Value(counts.webhook_queue);
  std::lock_guard lock(mutex_);
  WriteEnded(writer, "run", runs_);
  WriteEnded(writer, "task", tasks_);
  writer.Family("penstock_tasks_cached_total", "counter",
                "Tasks whose outputs came from the cache since the server started.");
  writer.Value(cached_tasks_);
  return writer.Take();
}

void AddMetricsRoute(Router& router, ApiMetrics& metrics) {
  router.Add("GET", "/metrics",
             StreamAction("Failed to count",
                          [&metrics](Call&, net::ResponseWriter& response) -> base::Status {
                            PENSTOCK_TRY(std::string text, metrics.Write());
                            net::Headers headers;
                            headers.Set("Content-Type", "text/plain; version=0.0.4");
                            return response.Send(200, headers, text);
                          }));
}

}  // namespace penstock::kfp
