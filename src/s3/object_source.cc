// SPDX-License-Identifier: Apache-2.0
#include "s3/object_source.h"

#include <algorithm>

namespace penstock::s3 {
namespace {
constexpr uint64_t kReadAhead = uint64_t{1} << 20;
}  // namespace

base::Result<size_t> ObjectSource::Read(std::span<char> buffer) {
  if (taken_ == buffer_.size() && left_ > 0) {
    uint64_t length = std::min(left_, kReadAhead);
    base::StringSink sink;
    PENSTOCK_RETURN_IF_ERROR(reader_.Read(offset_, length, sink));
    buffer_ = sink.Take();
    taken_ = 0;
    offset_ += length;
    left_ -= length;
  }
  size_t count = std::min(buffer.size(), buffer_.size() - taken_);
  std::copy_n(buffer_.data() + taken_, count, buffer.data());
  taken_ += count;
  return count;
}

}  // namespace penstock::s3
