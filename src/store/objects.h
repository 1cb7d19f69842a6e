// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"
#include "store/buckets.h"
#include "store/core.h"
#include "store/object_store.h"
#include "store/versions.h"

namespace penstock::store {

// Whole objects: written in one piece, read, deleted. Thread-safe.
class Objects {
 public:
  Objects(Core& core, Buckets& buckets) : core_(core), buckets_(buckets), versions_(core) {}

  base::Result<ObjectInfo> Put(std::string_view bucket, std::string_view key,
                               base::ByteSource& source, const PutOptions& options);
  base::Result<std::unique_ptr<ObjectReader>> Open(std::string_view bucket, std::string_view key);
  base::Result<ObjectInfo> Info(std::string_view bucket, std::string_view key);
  base::Status Delete(std::string_view bucket, const std::vector<std::string>& keys);

 private:
  base::Result<ObjectRecord> Find(uint64_t bucket, std::string_view key);

  Core& core_;
  Buckets& buckets_;
  Versions versions_;
};

}  // namespace penstock::store
