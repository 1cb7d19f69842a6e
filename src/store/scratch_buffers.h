// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "sys/direct_file.h"

namespace penstock::store {

// Bytes that can be written to a file directly.
struct FreeAligned {
  void operator()(char* bytes) const {
    ::operator delete[](bytes, std::align_val_t{sys::DirectFile::kAlignment});
  }
};
using AlignedBytes = std::unique_ptr<char[], FreeAligned>;

// Not initialized.
inline AlignedBytes MakeAlignedBytes(size_t size) {
  return AlignedBytes(
      static_cast<char*>(::operator new[](size, std::align_val_t{sys::DirectFile::kAlignment})));
}

// Memory that is needed for a moment only, while no client is waited for: as much as that many
// threads use at once, of which a few are kept. Thread-safe.
class ScratchBuffers {
 public:
  explicit ScratchBuffers(size_t size) : size_(size) {}

  class Lease {
   public:
    Lease(ScratchBuffers& owner, AlignedBytes bytes) : owner_(&owner), bytes_(std::move(bytes)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (bytes_) owner_->GiveBack(std::move(bytes_));
    }
    std::span<char> bytes() const { return {bytes_.get(), owner_->size_}; }

   private:
    ScratchBuffers* owner_;
    AlignedBytes bytes_;
  };

  size_t size() const { return size_; }  // of each

  Lease Take() {
    AlignedBytes bytes;
    {
      std::lock_guard lock(mutex_);
      if (!kept_.empty()) {
        bytes = std::move(kept_.back());
        kept_.pop_back();
      }
    }
    if (!bytes) bytes = MakeAlignedBytes(size_);
    return Lease(*this, std::move(bytes));
  }

 private:
  static constexpr size_t kMostKept = 8;

  void GiveBack(AlignedBytes bytes) {
    std::lock_guard lock(mutex_);
    if (kept_.size() < kMostKept) kept_.push_back(std::move(bytes));
  }

  const size_t size_;
  std::mutex mutex_;
  std::vector<AlignedBytes> kept_;
};

}  // namespace penstock::store
