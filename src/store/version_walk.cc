// SPDX-License-Identifier: Apache-2.0
#include "store/version_walk.h"

#include <utility>

namespace penstock::store {

void VersionWalk::Add(ObjectInfo version) {
  bool same_key = pending_ && pending_->key == version.key;
  VersionPlace next;
  if (same_key) {
    next.current = false;
    next.replaced_at = pending_->modified_at;
    next.newer_noncurrent = place_.newer_noncurrent;
    if (!place_.current && !pending_->delete_marker) ++next.newer_noncurrent;
  }
  if (pending_) {
    place_.alone = place_.current && !same_key;
    visit_(*pending_, place_);
  }
  pending_ = std::move(version);
  place_ = next;
}

void VersionWalk::End() {
  if (!pending_) return;
  place_.alone = place_.current;
  visit_(*pending_, place_);
  pending_.reset();
}

}  // namespace penstock::store
