// SPDX-License-Identifier: Apache-2.0
#include "store/locks.h"

#include <algorithm>
#include <functional>

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

namespace {

uint64_t HashOf(uint64_t bucket, std::string_view key) {
  return std::hash<std::string_view>()(key) ^ (bucket * 0x9E3779B97F4A7C15u);
}

}  // namespace

KeyLocks::Held KeyLocks::Lock(uint64_t bucket, std::string_view key) {
  return LockSorted({HashOf(bucket, key)});
}

KeyLocks::Held KeyLocks::Lock(uint64_t bucket, const std::vector<std::string>& keys) {
  std::vector<uint64_t> hashes;
  hashes.reserve(keys.size());
  for (const std::string& key : keys) hashes.push_back(HashOf(bucket, key));
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return LockSorted(std::move(hashes));
}

KeyLocks::Held KeyLocks::LockSorted(std::vector<uint64_t> hashes) {
  std::unique_lock lock(mutex_);
  for (uint64_t hash : hashes) {
    while (!locked_.insert(hash).second) {
      ++waiting_;
      unlocked_.wait(lock);
      --waiting_;
    }
  }
  return Held(*this, std::move(hashes));
}

KeyLocks::Held::~Held() {
  if (owner_ == nullptr) return;
  std::lock_guard lock(owner_->mutex_);
  for (uint64_t hash : hashes_) owner_->locked_.erase(hash);
  if (owner_->waiting_ > 0) owner_->unlocked_.notify_all();
}

}  // namespace penstock::store
