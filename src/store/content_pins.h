// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "store/file_remover.h"

namespace penstock::store {

// Keeps the data files of a content while somebody reads it: readers pin the content, and its
// removal waits for the last of them. An object of ten thousand parts can so be read with one file
// open at a time. After a crash the files that waited are orphans, which the next start sweeps.
// Thread-safe.
//
// A reader must pin first and look up the content's row second: a removal takes the row away
// before it comes here, so either the reader finds no row, or the removal finds the pin.
class ContentPins {
 public:
  explicit ContentPins(FileRemover& remover) : remover_(remover) {}

  class Pin {
   public:
    Pin(ContentPins& owner, uint64_t content) : owner_(&owner), content_(content) {}
    Pin(Pin&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), content_(other.content_) {}
    Pin& operator=(Pin&&) = delete;
    ~Pin() {
      if (owner_ != nullptr) owner_->Unpin(content_);
    }

   private:
    ContentPins* owner_;
    uint64_t content_;
  };

  [[nodiscard]] Pin Take(uint64_t content);
  // Removes the files of a content whose rows are gone, now or when its last pin is.
  void Remove(uint64_t content, DoomedFiles files);

 private:
  struct State {
    int pins = 0;
    DoomedFiles doomed;
  };
  void Unpin(uint64_t content);

  FileRemover& remover_;
  std::mutex mutex_;
  std::map<uint64_t, State> pinned_;
};

}  // namespace penstock::store
