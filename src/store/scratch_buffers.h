// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace penstock::store {

// Memory that is needed for a moment only, while no client is waited for: as much as that many
// threads use at once, of which a few are kept. Thread-safe.
class ScratchBuffers {
 public:
  explicit ScratchBuffers(size_t size) : size_(size) {}

  class Lease {
   public:
    Lease(ScratchBuffers& owner, std::unique_ptr<char[]> bytes)
        : owner_(&owner), bytes_(std::move(bytes)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (bytes_) owner_->GiveBack(std::move(bytes_));
    }
    std::span<char> bytes() const { return {bytes_.get(), owner_->size_}; }

   private:
    ScratchBuffers* owner_;
    std::unique_ptr<char[]> bytes_;
  };

  size_t size() const { return size_; }  // of each

  Lease Take() {
    std::unique_ptr<char[]> bytes;
    {
      std::lock_guard lock(mutex_);
      if (!kept_.empty()) {
        bytes = std::move(kept_.back());
        kept_.pop_back();
      }
    }
    if (!bytes) bytes = std::make_unique_for_overwrite<char[]>(size_);
    return Lease(*this, std::move(bytes));
  }

 private:
  static constexpr size_t kMostKept = 8;

  void GiveBack(std::unique_ptr<char[]> bytes) {
    std::lock_guard lock(mutex_);
    if (kept_.size() < kMostKept) kept_.push_back(std::move(bytes));
  }

  const size_t size_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<char[]>> kept_;
};

}  // namespace penstock::store
