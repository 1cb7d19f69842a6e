// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/bucket_types.h"

namespace penstock::store {

// What was read of buckets lately, since every request asks for its bucket. Bounded by bytes; the
// least used go first. Thread-safe.
//
// It is right as long as rows are read and put here under the bucket's lock (shared will do), and
// changed and put or dropped here under the exclusive one.
class BucketCache {
 public:
  explicit BucketCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  // nullptr where it is not here.
  std::shared_ptr<const BucketInfo> Find(std::string_view name);
  void Put(std::shared_ptr<const BucketInfo> bucket);
  void Drop(std::string_view name);

  size_t bytes() const;

 private:
  using Entries = std::list<std::shared_ptr<const BucketInfo>>;  // lately used ones first
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  void DropEntry(Entries::iterator entry);

  const size_t max_bytes_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator, Hash, std::equal_to<>> by_name_;
  size_t bytes_ = 0;
};

}  // namespace penstock::store
