// SPDX-License-Identifier: Apache-2.0
#include "kfp/live_streams.h"

namespace penstock::kfp {

using base::Code;
using base::Fail;

LiveStreams::Place::~Place() {
  if (streams_ == nullptr) return;
  std::lock_guard lock(streams_->mutex_);
  --streams_->count_;
}

base::Result<LiveStreams::Place> LiveStreams::Enter() {
  std::lock_guard lock(mutex_);
  if (closed_) return Fail(Code::kUnavailable, "the server is stopping");
  if (count_ == kMost) {
    return Fail(Code::kResourceExhausted, std::to_string(kMost) +
                                              " readers are following along already; close one, "
                                              "or ask from time to time instead");
  }
  ++count_;
  return Place(*this);
}

bool LiveStreams::Wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !closing_.wait_for(lock, time, [this] { return closed_; });
}

void LiveStreams::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  closing_.notify_all();
}

}  // namespace penstock::kfp
