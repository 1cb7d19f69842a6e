// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace penstock::sys {

// Memory of whole pages, which is the system's again as soon as it is let go: large buffers that
// come and go on many threads would else stay with the allocator, in pieces. Not initialized in any
// way to rely on. Throws std::bad_alloc where there is none.
class PageBuffer {
 public:
  PageBuffer() = default;
  explicit PageBuffer(size_t size);
  PageBuffer(PageBuffer&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  PageBuffer& operator=(PageBuffer&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~PageBuffer();

  explicit operator bool() const { return !bytes_.empty(); }
  std::span<char> bytes() const { return bytes_; }  // begins at a page

 private:
  std::span<char> bytes_;
};

}  // namespace penstock::sys
