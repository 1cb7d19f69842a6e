// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/byte_stream.h"
#include "s3/byte_range.h"
#include "store/object_store.h"

namespace penstock::s3 {

// The bytes of a stored object as a source, so that one can be copied into another. Reads ahead by
// a buffer of its own, so that a small read does not verify a whole block again.
class ObjectSource final : public base::ByteSource {
 public:
  // The reader must outlive the source.
  ObjectSource(store::ObjectReader& reader, uint64_t offset, uint64_t length)
      : reader_(reader), offset_(offset), left_(length) {}

  base::Result<size_t> Read(std::span<char> buffer) override;

 private:
  store::ObjectReader& reader_;
  uint64_t offset_;
  uint64_t left_;  // not yet in buffer_
  std::string buffer_;
  size_t taken_ = 0;  // of buffer_
};

}  // namespace penstock::s3
