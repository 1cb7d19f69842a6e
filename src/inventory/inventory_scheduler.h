// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "inventory/inventory_rule.h"
#include "store/object_store.h"

namespace penstock::inventory {

struct InventoryOptions {
  base::Duration day = std::chrono::hours(24);  // another length is for tests
  base::Duration between_passes = std::chrono::minutes(5);
};

// Writes the reports that buckets ask for when they are due: the first as soon as it is seen, then
// once a day or a week. One at a time, on a thread of its own.
class InventoryScheduler {
 public:
  // The references must outlive it.
  InventoryScheduler(const InventoryOptions& options, store::ObjectStore& store,
                     const base::Clock& clock, base::Random& random, base::Logger& logger);
  // Stops promptly: after the page of a listing that is in work.
  ~InventoryScheduler();

  void Start();
  // Writes all that is due, in the calling thread; how many. kCancelled where it is to stop. A
  // report that fails is logged, and due again after an hour.
  base::Result<int> RunPass();

 private:
  void Run();
  bool Stopped();
  bool Pause(base::Duration duration);  // false where it is to stop
  base::Result<int> ServeBucket(const std::string& name);
  base::Result<bool> ServeRule(const store::BucketInfo& bucket, const InventoryRule& rule);
  base::Result<bool> IsDue(const std::string& document, const InventoryRule& rule);

  const InventoryOptions options_;
  store::ObjectStore& store_;
  const base::Clock& clock_;
  base::Random& random_;
  base::Logger& logger_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace penstock::inventory
