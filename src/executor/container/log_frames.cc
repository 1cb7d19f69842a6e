// SPDX-License-Identifier: Apache-2.0
#include "executor/container/log_frames.h"

#include <algorithm>

namespace penstock::executor {

base::Status LogFrames::Add(std::string_view bytes) {
  while (!bytes.empty()) {
    if (missing_ > 0) {
      const size_t count = std::min<size_t>(missing_, bytes.size());
      sink_(stream_, bytes.substr(0, count));
      bytes.remove_prefix(count);
      missing_ -= static_cast<uint32_t>(count);
      continue;
    }
    const size_t count = std::min(kHeaderBytes - header_.size(), bytes.size());
    header_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    if (header_.size() < kHeaderBytes) return {};
    const auto kind = static_cast<uint8_t>(header_[0]);
    if (kind > static_cast<uint8_t>(Stream::kError) || header_.compare(1, 3, "\0\0\0", 3) != 0) {
      return base::Fail(base::Code::kDataLoss, "the container engine's log is not in frames");
    }
    stream_ = static_cast<Stream>(kind);
    for (size_t i = 4; i < kHeaderBytes; ++i) {
      missing_ = (missing_ << 8) | static_cast<uint8_t>(header_[i]);
    }
    header_.clear();
  }
  return {};
}

}  // namespace penstock::executor
