// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "store/object_store.h"
#include "text/json.h"

namespace penstock::admin {

struct UsageHistoryOptions {
  base::Duration between = std::chrono::hours(1);
  base::Duration kept_whole = std::chrono::hours(24 * 7);  // older than that: one sample a day
  size_t days = 730;                                       // and no more of them than this
  size_t largest = 100;  // buckets that a sample names; the others are in its sums only
};

// How much the store held, from time to time: what charts over time are drawn from. Kept in a
// document of the store, of a few megabytes at most.
class UsageHistory {
 public:
  // The references must outlive it.
  UsageHistory(const UsageHistoryOptions& options, store::ObjectStore& store,
               const base::Clock& clock, base::Logger& logger);
  ~UsageHistory();

  // Takes samples when they are due, on a thread of its own.
  void Start();
  // Takes one where the newest is old enough, or there is none; whether it did.
  base::Result<bool> TakeWhenDue();
  // {"at", "buckets", "objects", "versions", "bytes", "largest": [{"name", "objects", "bytes"}]}:
  // as things are now.
  base::Result<text::Json> Now() const;
  // The kept ones, the oldest first.
  base::Result<text::Json::Array> Kept() const;

 private:
  void Run();
  bool Pause();  // false where it is to stop

  const UsageHistoryOptions options_;
  store::ObjectStore& store_;
  const base::Clock& clock_;
  base::Logger& logger_;
  std::mutex taking_;
  base::Time newest_{};  // of the samples, so that the document is read only when one is due
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace penstock::admin
