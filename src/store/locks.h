// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::store {

// Locks by name, from a fixed number of them: two names may share one, which costs time and never
// correctness. Order: a bucket lock first, then key locks, once each; nothing is locked that way
// while bytes of a client are awaited.

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

// Held while a key's current version is looked at and replaced.
class KeyLocks {
 public:
  using Held = std::vector<std::unique_lock<std::mutex>>;

  [[nodiscard]] std::unique_lock<std::mutex> Lock(uint64_t bucket, std::string_view key);
  // All of them, in an order that is the same for everyone.
  [[nodiscard]] Held Lock(uint64_t bucket, const std::vector<std::string>& keys);

 private:
  static constexpr size_t kStripes = 1024;
  static size_t StripeOf(uint64_t bucket, std::string_view key);

  std::array<std::mutex, kStripes> stripes_;
};

}  // namespace penstock::store
