// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "base/metrics.h"
#include "kfp/backend.h"
#include "kfp/router.h"

namespace penstock::kfp {

// What /metrics on this address says: runs and tasks by state, and how long those took that have
// ended since the start. It follows the changes in the database on a thread of its own.
class ApiMetrics {
 public:
  explicit ApiMetrics(Backend& backend) : backend_(backend), since_(backend.clock.Now()) {}
  ~ApiMetrics() { Stop(); }

  void Start();
  // Returns soon after the database's changes are closed.
  void Stop();
  base::Result<std::string> Write();

 private:
  struct Ended {
    base::Counter count;
    base::DurationHistogram durations;
  };
  using EndedByState = std::map<std::string_view, Ended>;

  void Loop(uint64_t position);
  void CountRun(int64_t row);
  void CountTask(int64_t row);
  bool IsNew(bool task, int64_t row, base::Time finished);
  static void WriteEnded(base::MetricsWriter& writer, std::string_view what,
                         const EndedByState& ended);

  Backend& backend_;
  std::mutex mutex_;  // of what follows
  EndedByState runs_;
  EndedByState tasks_;
  uint64_t cached_tasks_ = 0;
  // What was counted, so that a row which changes after its end is not counted again.
  std::map<std::pair<bool, int64_t>, base::Time> counted_;
  base::Time since_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

void AddMetricsRoute(Router& router, ApiMetrics& metrics);

}  // namespace penstock::kfp
