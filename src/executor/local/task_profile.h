// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "text/json.h"

namespace penstock::executor {

// What a task used of the machine at a moment, or up to it.
struct ProfileSample {
  std::chrono::milliseconds time{0};     // since its command began
  double cpu_seconds = 0;                // so far
  std::optional<uint64_t> memory_bytes;  // now
  uint64_t read_bytes = 0;               // from and to disks, so far
  uint64_t written_bytes = 0;
  uint64_t processes = 0;  // now
};

// The course of a task's use of the machine, in a bounded number of samples: whenever there are too
// many, every other one is dropped and they are taken half as often. Not thread-safe.
class TaskProfile {
 public:
  static constexpr size_t kMostSamples = 300;
  static constexpr std::chrono::milliseconds kFirstInterval{200};

  // Whether it is time for one, so long after the command began.
  bool IsDue(std::chrono::milliseconds time) const;
  std::chrono::milliseconds interval() const { return interval_; }
  // The figures that add up never go back: what a process had counted may be gone with it.
  void Add(ProfileSample sample);

  const std::vector<ProfileSample>& samples() const { return samples_; }
  // The totals of `end` are not less than those of the samples.
  text::Json ToJson(ProfileSample end) const;

 private:
  std::chrono::milliseconds interval_ = kFirstInterval;
  std::vector<ProfileSample> samples_;
  uint64_t peak_memory_ = 0;
};

}  // namespace penstock::executor
