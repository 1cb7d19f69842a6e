// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::base {

// A number that only grows. Adding costs one relaxed atomic instruction; reading while others add
// gives a value from about now.
class Counter {
 public:
  void Add(uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// A number that goes up and down.
class Gauge {
 public:
  void Add(int64_t count) { value_.fetch_add(count, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// How long things take, in buckets that suit requests: half a millisecond to a minute.
class DurationHistogram {
 public:
  static constexpr std::array<double, 14> kBounds = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60};
  void Observe(std::chrono::nanoseconds duration);

  uint64_t bucket(size_t i) const {
    return buckets_[i].value();
  }  // the last one: beyond all bounds
  double sum_seconds() const { return static_cast<double>(sum_nanos_.value()) * 1e-9; }

 private:
  std::array<Counter, kBounds.size() + 1> buckets_;
  Counter sum_nanos_;
};

// Writes numbers in Prometheus' text format, version 0.0.4. Names and help are ours; label values
// may be anything.
class MetricsWriter {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Begins the numbers of one name; `type` is "counter", "gauge" or "histogram".
  void Family(std::string_view name, std::string_view type, std::string_view help);
  void Value(uint64_t value, Labels labels = {});
  void Value(int64_t value, Labels labels = {});
  void Value(double value, Labels labels = {});
  void Histogram(const DurationHistogram& histogram, Labels labels = {});

  std::string Take() { return std::move(text_); }

 private:
  void Line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value);

  std::string text_;
  std::string family_;
};

}  // namespace penstock::base
