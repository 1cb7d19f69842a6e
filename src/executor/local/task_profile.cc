// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_profile.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace penstock::executor {
namespace {

using text::Json;

int64_t Whole(uint64_t number) { return static_cast<int64_t>(number); }

// Milliseconds are enough for a chart, and shorter.
double Rounded(double seconds) { return std::round(seconds * 1000) / 1000; }

void KeepAtLeast(ProfileSample& sample, const ProfileSample& before) {
  sample.cpu_seconds = std::max(sample.cpu_seconds, before.cpu_seconds);
  sample.read_bytes = std::max(sample.read_bytes, before.read_bytes);
  sample.written_bytes = std::max(sample.written_bytes, before.written_bytes);
}

}  // namespace

bool TaskProfile::IsDue(std::chrono::milliseconds time) const {
  return samples_.empty() || time >= samples_.back().time + interval_;
}

void TaskProfile::Add(ProfileSample sample) {
  if (!samples_.empty()) KeepAtLeast(sample, samples_.back());
  peak_memory_ = std::max(peak_memory_, sample.memory_bytes.value_or(0));
  if (samples_.size() == kMostSamples) {
    // The last of each pair stays, so that the newest does.
    for (size_t i = 0; i < kMostSamples / 2; ++i) samples_[i] = samples_[2 * i + 1];
    samples_.resize(kMostSamples / 2);
    interval_ *= 2;
  }
  samples_.push_back(sample);
}

Json TaskProfile::ToJson(ProfileSample end) const {
  if (!samples_.empty()) KeepAtLeast(end, samples_.back());
  Json::Array list;
  for (const ProfileSample& sample : samples_) {
    Json line{Json::Object{}};
    line["ms"] = static_cast<int64_t>(sample.time.count());
    line["cpu_seconds"] = Rounded(sample.cpu_seconds);
    if (sample.memory_bytes) line["memory_bytes"] = Whole(*sample.memory_bytes);
    line["read_bytes"] = Whole(sample.read_bytes);
    line["written_bytes"] = Whole(sample.written_bytes);
    line["processes"] = Whole(sample.processes);
    list.push_back(std::move(line));
  }
  Json json{Json::Object{}};
  json["interval_ms"] = static_cast<int64_t>(interval_.count());
  json["samples"] = Json(std::move(list));
  json["cpu_seconds"] = Rounded(end.cpu_seconds);
  const uint64_t peak = std::max(peak_memory_, end.memory_bytes.value_or(0));
  if (peak > 0) json["peak_memory_bytes"] = Whole(peak);
  json["read_bytes"] = Whole(end.read_bytes);
  json["written_bytes"] = Whole(end.written_bytes);
  return json;
}

}  // namespace penstock::executor
