// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "kfp/backend.h"
#include "metadata/recurring_run.h"
#include "schedule/time_zone.h"

namespace penstock::kfp {

// Makes the runs of recurring runs as they become due. What a tick's run is called by follows from
// the tick, so that one that was made before a crash is not made again after it; where the ticks
// stand is in the database. It looks once a second, so that a clock that is set is followed soon: a
// clock set back makes nothing twice, one set forward makes what lies between as if the server had
// been away.
class RecurringTicker {
 public:
  RecurringTicker(Backend& backend, schedule::TimeZone zone)
      : backend_(backend), zone_(std::move(zone)) {}
  ~RecurringTicker() { Stop(); }

  void Start();
  void Stop();
  // Makes what is due now: at most one run of each recurring run. Whether there may be more at
  // once.
  bool Tick();

 private:
  void Loop();
  bool TickOne(const metadata::RecurringRun& small);
  base::Status MakeRun(const metadata::RecurringRun& recurring, base::Time tick);

  Backend& backend_;
  const schedule::TimeZone zone_;
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool stopping_ = false;
  std::thread thread_;
};

// The id of the run for a tick: a UUID that is always the same.
std::string RunIdOfTick(const std::string& recurring_run_id, base::Time tick);

}  // namespace penstock::kfp
