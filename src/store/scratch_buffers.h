// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "sys/page_buffer.h"

namespace penstock::store {

// Memory that is needed for a moment only, while no client is waited for: as much as that many
// threads use at once, of which a few are kept. Thread-safe.
class ScratchBuffers {
 public:
  explicit ScratchBuffers(size_t size, size_t most_kept = 8) : size_(size), most_kept_(most_kept) {}

  class Lease {
   public:
    Lease(ScratchBuffers& owner, sys::PageBuffer buffer)
        : owner_(&owner), buffer_(std::move(buffer)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (buffer_) owner_->GiveBack(std::move(buffer_));
    }
    std::span<char> bytes() const { return buffer_.bytes(); }

   private:
    ScratchBuffers* owner_;
    sys::PageBuffer buffer_;
  };

  size_t size() const { return size_; }  // of each

  Lease Take() {
    {
      std::lock_guard lock(mutex_);
      if (!kept_.empty()) {
        sys::PageBuffer buffer = std::move(kept_.back());
        kept_.pop_back();
        return Lease(*this, std::move(buffer));
      }
    }
    return Lease(*this, sys::PageBuffer(size_));
  }

 private:
  // Where there are enough, it is let go after the lock.
  void GiveBack(sys::PageBuffer buffer) {
    std::lock_guard lock(mutex_);
    if (kept_.size() < most_kept_) kept_.push_back(std::move(buffer));
  }

  const size_t size_;
  const size_t most_kept_;
  std::mutex mutex_;
  std::vector<sys::PageBuffer> kept_;
};

}  // namespace penstock::store
