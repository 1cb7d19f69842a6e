// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "s3/request_record.h"

namespace penstock::admin {

// Counts requests by operation, status and time. A request costs a few relaxed atomic additions and
// no lock, unless it failed. Thread-safe.
class RequestMetrics final : public s3::RequestObserver {
 public:
  RequestMetrics();
  ~RequestMetrics() override;

  void Began() override { in_flight_.Add(1); }
  void Ended(const s3::RequestRecord& record) override;

  struct Totals {
    uint64_t requests = 0;
    uint64_t client_errors = 0;  // 4xx
    uint64_t server_errors = 0;  // 5xx
    uint64_t broken_off = 0;
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
    int64_t in_flight = 0;
  };
  Totals Sum() const;
  void Write(base::MetricsWriter& writer) const;

 private:
  static constexpr int kLeastStatus = 100;
  static constexpr int kMostStatus = 599;
  struct OfOperation {
    explicit OfOperation(std::string_view name_) : name(name_) {}
    const std::string_view name;  // a literal
    std::array<base::Counter, kMostStatus - kLeastStatus + 1> by_status;
    base::DurationHistogram durations;
    base::Counter bytes_in;
    base::Counter bytes_out;
  };
  // Operations are told apart by the place of their name, a literal: the table is filled once for
  // each and then only read.
  static constexpr size_t kSlots = 512;

  OfOperation& Find(std::string_view name);
  OfOperation* Insert(std::atomic<OfOperation*>& slot, std::string_view name);
  // Those that have been seen, by name.
  std::multimap<std::string_view, const OfOperation*> Seen() const;

  std::array<std::atomic<OfOperation*>, kSlots> slots_{};
  OfOperation others_{"other"};
  base::Gauge in_flight_;
  base::Counter broken_off_;
  mutable std::mutex errors_mutex_;
  std::map<std::string, uint64_t, std::less<>> errors_;  // by wire code: there are some hundred
};

}  // namespace penstock::admin
