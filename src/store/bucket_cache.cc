// SPDX-License-Identifier: Apache-2.0
#include "store/bucket_cache.h"

#include <utility>

namespace penstock::store {
namespace {

// About what an entry takes, with the nodes that hold it.
size_t SizeOf(const BucketInfo& bucket) {
  size_t size = sizeof(BucketInfo) + 128 + bucket.name.size() + bucket.owner.size();
  for (const auto& [name, text] : bucket.settings) size += 128 + name.size() + text.size();
  return size;
}

}  // namespace

std::shared_ptr<const BucketInfo> BucketCache::Find(std::string_view name) {
  std::lock_guard lock(mutex_);
  auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return *found->second;
}

void BucketCache::Put(std::shared_ptr<const BucketInfo> bucket) {
  std::lock_guard lock(mutex_);
  auto former = by_name_.find(std::string_view(bucket->name));
  if (former != by_name_.end()) DropEntry(former->second);
  bytes_ += SizeOf(*bucket);
  entries_.push_front(std::move(bucket));
  by_name_.emplace(entries_.front()->name, entries_.begin());
  // The newest stays even where it is too large alone, or each request would read it again.
  while (bytes_ > max_bytes_ && entries_.size() > 1) DropEntry(std::prev(entries_.end()));
}

void BucketCache::Drop(std::string_view name) {
  std::lock_guard lock(mutex_);
  auto found = by_name_.find(name);
  if (found != by_name_.end()) DropEntry(found->second);
}

size_t BucketCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

void BucketCache::DropEntry(Entries::iterator entry) {
  bytes_ -= SizeOf(**entry);
  by_name_.erase(std::string_view((*entry)->name));
  entries_.erase(entry);
}

}  // namespace penstock::store
