// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/byte_stream.h"

// Bytes that come in pieces of at most `step`: what is read must not depend on how it comes.
class Steps final : public penstock::base::ByteSource {
 public:
  Steps(std::string_view bytes, size_t step) : rest_(bytes), step_(step) {}
  penstock::base::Result<size_t> Read(std::span<char> buffer) override {
    size_t count = std::min({buffer.size(), rest_.size(), step_});
    std::copy_n(rest_.data(), count, buffer.data());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  const size_t step_;
};
