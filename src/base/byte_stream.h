// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::base {

// Bytes to be read once, in order. Reading blocks. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills up to buffer.size() bytes (never an empty buffer) and returns how many; 0 means the end.
  // After an error or the end, further calls return the same.
  virtual Result<size_t> Read(std::span<char> buffer) = 0;
};

// Takes bytes in order. Writing blocks. Not thread-safe.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Status Write(std::string_view bytes) = 0;
};

// Reads from bytes that the caller keeps alive.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string_view bytes) : rest_(bytes) {}
  Result<size_t> Read(std::span<char> buffer) override {
    size_t count = std::min(buffer.size(), rest_.size());
    std::memcpy(buffer.data(), rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

class StringSink final : public ByteSink {
 public:
  Status Write(std::string_view bytes) override {
    text_.append(bytes);
    return {};
  }
  const std::string& text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

// Reads to the end, or fails with kResourceExhausted once more than `limit` bytes have come.
Result<std::string> ReadAll(ByteSource& source, size_t limit);

}  // namespace penstock::base
