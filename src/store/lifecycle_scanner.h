// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "store/lifecycle_rules.h"
#include "store/object_store.h"

namespace penstock::store {

struct LifecycleOptions {
  LifecycleDay day;
  base::Duration between_passes = std::chrono::hours(1);
  // What a pass looks at, at most, so that it does not crowd out clients.
  uint64_t entries_per_second = 20'000;
  // Told of everything that was removed, when it is gone; may be empty.
  std::function<void(const std::string& bucket, const DeleteTarget& target,
                     const DeleteOutcome& outcome)>
      removed;
};

// What one pass came to.
struct LifecycleTally {
  uint64_t seen = 0;     // versions, delete markers and uploads
  uint64_t removed = 0;  // versions and delete markers, and objects that got a delete marker
  uint64_t aborted = 0;  // uploads
};

// Carries out the lifecycle rules of all buckets, again and again, on a thread of its own. What it
// does is what clients could do: it cannot remove what is locked, and nothing that was written
// after it looked. A pass that was cut short by a stop goes on where it was at the next start.
class LifecycleScanner {
 public:
  // Understands a bucket's lifecycle setting; the store knows nothing of what it says.
  using Parser = std::function<base::Result<LifecycleRules>(std::string_view document)>;

  // The references must outlive the scanner.
  LifecycleScanner(const LifecycleOptions& options, Parser parse, ObjectStore& store,
                   const base::Clock& clock, base::Logger& logger);
  // Stops promptly: after the page of a listing that is in work.
  ~LifecycleScanner();

  void Start();

  // One pass over everything, in the calling thread. kCancelled where it was stopped. A bucket that
  // fails is logged and left for the next pass.
  base::Result<LifecycleTally> RunPass();

 private:
  void Run();
  // False where the scanner is to stop.
  bool Pause(base::Duration duration);

  base::Status ScanBucket(const std::string& bucket, std::string_view after_key,
                          LifecycleTally& tally);
  base::Status ScanVersions(const std::string& bucket, const LifecycleRules& rules,
                            const std::string& prefix, std::string after_key,
                            LifecycleTally& tally);
  base::Status ScanUploads(const std::string& bucket, const LifecycleRules& rules,
                           const std::string& prefix, LifecycleTally& tally);
  base::Status Remove(const std::string& bucket, std::vector<DeleteTarget>& targets,
                      LifecycleTally& tally);
  // Keeps to the rate. kCancelled where the scanner is to stop.
  base::Status Pace(size_t entries);

  struct Place {
    std::string bucket;
    std::string key;  // the last one that was done
  };
  base::Result<Place> LoadPlace();
  base::Status SavePlace(const Place& place);
  base::Status ForgetPlace();

  const LifecycleOptions options_;
  const Parser parse_;
  ObjectStore& store_;
  const base::Clock& clock_;
  base::Logger& logger_;

  base::Time place_saved_at_;
  bool place_saved_ = false;

  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace penstock::store
