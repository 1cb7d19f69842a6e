// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_pauses.h"

#include <algorithm>

namespace penstock::executor {
namespace {

constexpr size_t kMostKinds = 1000;
constexpr int kDoublings = 6;  // from the first pause beyond the longest one

}  // namespace

void WarmPauses::NoteFailure(const std::string& kind, Time now) {
  if (failures_.size() >= kMostKinds) failures_.clear();
  Failures& failures = failures_[kind];
  if (failures.count > 0 && now - failures.last >= kForgotten) failures.count = 0;
  const std::chrono::minutes pause = kFirst * (1 << std::min(failures.count, kDoublings));
  ++failures.count;
  failures.last = now;
  failures.retry_at = now + std::min(pause, kLongest);
}

void WarmPauses::NoteUse(const std::string& kind, Time made, Time now) {
  auto found = failures_.find(kind);
  if (found == failures_.end() || now - made < kProved) return;
  // One that was there before may go on well while those that are to replace it fail.
  if (made > found->second.last) failures_.erase(found);
}

bool WarmPauses::IsPaused(const std::string& kind, Time now) const {
  auto found = failures_.find(kind);
  return found != failures_.end() && now < found->second.retry_at;
}

}  // namespace penstock::executor
