// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "store/core.h"
#include "store/local_data_files.h"
#include "store/objects.h"

namespace penstock::store {

// Files that have become the store's and are not objects yet: their digests are worked out on a
// thread of their own. That the file is there and what it is to become is on disk (row `a`) before
// Take() returns, so that every start goes on with what an earlier process left. Whoever asks for
// the object meanwhile waits (Await), and so nobody ever sees it without its ETag and its sums.
// Thread-safe.
class Adoptions {
 public:
  // All must outlive the object.
  Adoptions(Core& core, Buckets& buckets, Objects& objects, LocalDataFiles& files,
            base::Logger& logger);
  // What is not done then is left to the next process; whoever waits is not told.
  ~Adoptions();

  // Takes up what the index says earlier processes left, and begins to work. Once, before the rest.
  base::Status Start();
  // As LocalObjects::AdoptSoon.
  base::Result<std::optional<uint64_t>> Take(std::string_view bucket, std::string_view key,
                                             const std::string& path, uint64_t least);
  // Returns when the key, or no key that begins so, awaits its object.
  void Await(std::string_view bucket, std::string_view key);
  void AwaitAll(std::string_view bucket, std::string_view prefix);
  // The size of what is to be an object there; none where nothing is.
  std::optional<uint64_t> SizeOf(std::string_view bucket, std::string_view key) const;
  std::map<std::string, uint64_t> SizesBelow(std::string_view bucket,
                                             std::string_view prefix) const;
  // As LocalObjects::WhenAdopted and WhenAllAdopted.
  void WhenDone(std::string_view bucket, std::string_view key,
                std::function<void(base::Status)> done);
  void WhenAllDone(std::string_view bucket, std::string_view prefix,
                   std::function<void(base::Status)> done);
  // Makes `path` another name of a file that this process has taken and that awaits its object; it
  // cannot have changed since it was written. False for any other.
  base::Result<bool> Link(std::string_view bucket, std::string_view key, const std::string& path);

 private:
  using Place = std::pair<std::string, std::string>;  // bucket and key
  struct Together;
  enum class State { kTaking, kRecorded, kGivenUp };
  struct Pending {
    Place place;
    uint64_t file = 0;
    uint64_t size = 0;
    bool ours = false;  // this process has put the file into its place
    State state = State::kTaking;
    std::vector<std::function<void(base::Status)>> told;
  };

  std::vector<std::shared_ptr<Pending>> Below(std::string_view bucket,
                                              std::string_view prefix) const;  // with the mutex
  std::shared_ptr<Pending> Reserve(Place place);
  base::Result<std::optional<uint64_t>> TakeReserved(const std::shared_ptr<Pending>& pending,
                                                     const std::string& path, uint64_t least);
  base::Status Record(const Pending& pending, LocalDataFiles::TakenFile& taken);
  void Release(Pending& pending, base::Status status);
  void Work();
  void CompleteOne(Pending& pending);
  base::Status Complete(const Pending& pending, base::Result<AdoptedFile> adopted);
  base::Status Forget(uint64_t file);

  Core& core_;
  Buckets& buckets_;
  Objects& objects_;
  LocalDataFiles& files_;
  base::Logger& logger_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<Place, std::shared_ptr<Pending>> pending_;
  std::deque<std::shared_ptr<Pending>> queue_;  // to be digested
  std::atomic<size_t> count_ = 0;               // of pending_: nearly always none
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace penstock::store
