// SPDX-License-Identifier: Apache-2.0
#include "metadata/change_feed.h"

#include <algorithm>
#include <set>
#include <utility>

namespace penstock::metadata {

uint64_t ChangeFeed::Position() const {
  std::lock_guard lock(mutex_);
  return position_;
}

ChangeFeed::Batch ChangeFeed::Wait(uint64_t position, std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, most, [&] { return closed_ || position_ > position; });
  Batch batch;
  batch.position = position_;
  batch.closed = closed_;
  uint64_t first = position_ - kept_.size();
  batch.missed = position < first;
  if (position >= position_) return batch;
  // From the end, so that of several changes of a row the last one stays.
  std::set<std::pair<RowChange::Table, int64_t>> seen;
  for (size_t i = kept_.size(); i > std::max(position, first) - first; --i) {
    const RowChange& change = kept_[i - 1];
    if (seen.emplace(change.table, change.row).second) batch.changes.push_back(change);
  }
  std::ranges::reverse(batch.changes);
  return batch;
}

void ChangeFeed::Publish(const std::vector<RowChange>& changes) {
  if (changes.empty()) return;
  {
    std::lock_guard lock(mutex_);
    kept_.insert(kept_.end(), changes.begin(), changes.end());
    position_ += changes.size();
    if (kept_.size() > kMaxKept) {
      kept_.erase(kept_.begin(), kept_.end() - static_cast<std::ptrdiff_t>(kMaxKept));
    }
  }
  changed_.notify_all();
}

void ChangeFeed::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

}  // namespace penstock::metadata
