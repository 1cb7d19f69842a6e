// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace penstock::store {

// Locks by name. Two names may share one, which costs time and never correctness. Order: a bucket
// lock first, then key locks, once each; nothing is locked that way while bytes of a client are
// awaited.

// Writers of a bucket's contents share its lock; who creates or deletes the bucket has it alone.
class BucketLocks {
 public:
  using Shared = std::shared_lock<std::shared_mutex>;
  using Exclusive = std::unique_lock<std::shared_mutex>;

  [[nodiscard]] Shared LockShared(std::string_view bucket);
  [[nodiscard]] Exclusive LockExclusive(std::string_view bucket);

 private:
  // Whoever waits for the exclusive lock holds the gate, so that newcomers queue behind him: an
  // std::shared_mutex alone lets a stream of sharers starve him.
  struct Stripe {
    std::mutex gate;
    std::shared_mutex mutex;
  };
  Stripe& StripeOf(std::string_view bucket);

  std::array<Stripe, 64> stripes_;
};

// Held while a key's current version is looked at and replaced. A set of the keys that are locked
// and not a mutex a key, since a batch locks a thousand.
class KeyLocks {
 public:
  // Unlocks on destruction.
  class [[nodiscard]] Held {
   public:
    Held(Held&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), hashes_(std::move(other.hashes_)) {}
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    friend class KeyLocks;
    Held(KeyLocks& owner, std::vector<uint64_t> hashes)
        : owner_(&owner), hashes_(std::move(hashes)) {}

    KeyLocks* owner_;
    std::vector<uint64_t> hashes_;
  };

  Held Lock(uint64_t bucket, std::string_view key);
  // All of them, one after the other in an order that is the same for everyone.
  Held Lock(uint64_t bucket, const std::vector<std::string>& keys);

 private:
  Held LockSorted(std::vector<uint64_t> hashes);

  std::mutex mutex_;
  std::condition_variable unlocked_;
  std::unordered_set<uint64_t> locked_;  // hashes of bucket and key
  int waiting_ = 0;
};

}  // namespace penstock::store
