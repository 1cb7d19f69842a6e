// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "store/index.h"
#include "store/index_writer.h"

namespace penstock::store {

// Gives out numbers for buckets, contents, files, uploads and sequences: each greater than all
// before it and never used twice, over restarts too. Reserves them in the index in large runs.
// Thread-safe.
class Numbers {
 public:
  static base::Result<std::unique_ptr<Numbers>> Open(Index& index, IndexWriter& writer);

  base::Result<uint64_t> Next();
  // The least number that this process can give out: whatever has a lower one is from before.
  uint64_t first() const { return first_; }

 private:
  Numbers(IndexWriter& writer, uint64_t first)
      : writer_(writer), first_(first), next_(first), end_(first) {}
  base::Status Reserve();

  IndexWriter& writer_;
  const uint64_t first_;
  std::mutex mutex_;
  uint64_t next_;
  uint64_t end_;  // reserved up to here
};

}  // namespace penstock::store
