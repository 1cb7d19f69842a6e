// SPDX-License-Identifier: Apache-2.0
#include "store/content_pins.h"

namespace penstock::store {

ContentPins::Pin ContentPins::Take(uint64_t content) {
  std::lock_guard lock(mutex_);
  ++pinned_[content].pins;
  return Pin(*this, content);
}

void ContentPins::Remove(uint64_t content, DoomedFiles files) {
  {
    std::lock_guard lock(mutex_);
    auto found = pinned_.find(content);
    if (found != pinned_.end()) {
      found->second.doomed = std::move(files);
      return;
    }
  }
  remover_.Remove(files);
}

void ContentPins::Unpin(uint64_t content) {
  DoomedFiles doomed;
  {
    std::lock_guard lock(mutex_);
    auto found = pinned_.find(content);
    if (--found->second.pins > 0) return;
    doomed = std::move(found->second.doomed);
    pinned_.erase(found);
  }
  remover_.Remove(doomed);
}

}  // namespace penstock::store
