// SPDX-License-Identifier: Apache-2.0
#include "store/locks.h"

#include <functional>
#include <set>

namespace penstock::store {

BucketLocks::Stripe& BucketLocks::StripeOf(std::string_view bucket) {
  return stripes_[std::hash<std::string_view>()(bucket) % stripes_.size()];
}

BucketLocks::Shared BucketLocks::LockShared(std::string_view bucket) {
  Stripe& stripe = StripeOf(bucket);
  std::lock_guard gate(stripe.gate);
  return Shared(stripe.mutex);
}

BucketLocks::Exclusive BucketLocks::LockExclusive(std::string_view bucket) {
  Stripe& stripe = StripeOf(bucket);
  std::lock_guard gate(stripe.gate);
  return Exclusive(stripe.mutex);
}

size_t KeyLocks::StripeOf(uint64_t bucket, std::string_view key) {
  return (std::hash<std::string_view>()(key) + bucket * 31) % kStripes;
}

std::unique_lock<std::mutex> KeyLocks::Lock(uint64_t bucket, std::string_view key) {
  return std::unique_lock(stripes_[StripeOf(bucket, key)]);
}

KeyLocks::Held KeyLocks::Lock(uint64_t bucket, const std::vector<std::string>& keys) {
  std::set<size_t> stripes;
  for (const std::string& key : keys) stripes.insert(StripeOf(bucket, key));
  Held held;
  for (size_t stripe : stripes) held.emplace_back(stripes_[stripe]);
  return held;
}

}  // namespace penstock::store
