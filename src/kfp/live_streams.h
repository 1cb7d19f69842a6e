// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/result.h"

namespace penstock::kfp {

// Answers that go on for as long as their readers like: bounded in number, because each holds a
// thread, and ended when the server stops. Thread-safe.
class LiveStreams {
 public:
  static constexpr int kMost = 64;

  // One such answer, for as long as it lives.
  class Place {
   public:
    explicit Place(LiveStreams& streams) : streams_(&streams) {}
    Place(Place&& other) noexcept : streams_(std::exchange(other.streams_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    LiveStreams* streams_;
  };

  // kResourceExhausted where there are too many already, kUnavailable where the server stops.
  base::Result<Place> Enter();
  // Waits that long; false where it is time to end.
  bool Wait(std::chrono::milliseconds time);
  void Close();

 private:
  std::mutex mutex_;
  std::condition_variable closing_;
  int count_ = 0;
  bool closed_ = false;
};

}  // namespace penstock::kfp
