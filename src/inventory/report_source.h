// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/byte_stream.h"
#include "crypto/digest.h"
#include "inventory/gzip_stream.h"
#include "inventory/inventory_rule.h"
#include "store/object_store.h"

namespace penstock::inventory {

// Where a walk through a bucket has come to.
struct WalkPlace {
  std::string key;
  std::string version;
  bool done = false;
};

// One data file of a report: reads the bucket page by page, from `place` on, while it is read
// itself, and leaves in `place` where the next file begins. For one thread.
class ReportSource final : public base::ByteSource {
 public:
  // All must outlive it. `stopped` ends it with kCancelled.
  ReportSource(store::ObjectStore& store, std::string bucket, const InventoryRule& rule,
               WalkPlace& place, uint64_t max_rows, std::function<bool()> stopped);

  base::Result<size_t> Read(std::span<char> buffer) override;

  uint64_t rows() const { return rows_; }
  uint64_t packed_bytes() const { return packed_bytes_; }
  std::string TakeMd5() { return md5_.Finish(); }  // raw; once, at the end

 private:
  base::Status ReadPage();

  store::ObjectStore& store_;
  const std::string bucket_;
  const InventoryRule& rule_;
  WalkPlace& place_;
  const uint64_t max_rows_;
  const std::function<bool()> stopped_;
  GzipStream gzip_;
  crypto::Digest md5_{crypto::DigestKind::kMd5};
  std::string packed_;
  size_t taken_ = 0;  // of packed_
  uint64_t rows_ = 0;
  uint64_t packed_bytes_ = 0;
  bool finished_ = false;
};

}  // namespace penstock::inventory
