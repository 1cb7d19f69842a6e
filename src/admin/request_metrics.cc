// SPDX-License-Identifier: Apache-2.0
#include "admin/request_metrics.h"

#include <algorithm>
#include <cstdint>
#include <functional>

namespace penstock::admin {
namespace {

// A code is ours, but nothing here should grow without a bound.
constexpr size_t kMaxErrorCodes = 500;

// A wrong or unknown key, signature, token or time, at any of the APIs on the S3 address.
constexpr std::string_view kAuthenticationFailures[] = {
    "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken",         "InvalidClientTokenId",
    "ExpiredToken",       "RequestTimeTooSkewed",  "InvalidIdentityToken", "ExpiredTokenException"};

}  // namespace

RequestMetrics::RequestMetrics() = default;

RequestMetrics::~RequestMetrics() {
  for (auto& slot : slots_) delete slot.load();
}

void RequestMetrics::Ended(const s3::RequestRecord& record) {
  in_flight_.Add(-1);
  OfOperation& operation = Find(record.operation);
  int status = std::clamp(record.status, kLeastStatus, kMostStatus);
  operation.by_status[static_cast<size_t>(status - kLeastStatus)].Add();
  operation.durations.Observe(record.duration);
  operation.bytes_in.Add(record.bytes_in);
  operation.bytes_out.Add(record.bytes_out);
  if (record.broken_off) broken_off_.Add();
  if (record.error_code.empty()) return;
  std::lock_guard lock(errors_mutex_);
  auto found = errors_.find(record.error_code);
  if (found != errors_.end()) {
    ++found->second;
  } else if (errors_.size() < kMaxErrorCodes) {
    errors_.emplace(record.error_code, 1);
  }
}

RequestMetrics::OfOperation& RequestMetrics::Find(std::string_view name) {
  size_t start = std::hash<const char*>()(name.data());
  for (size_t i = 0; i < kSlots; ++i) {
    std::atomic<OfOperation*>& slot = slots_[(start + i) % kSlots];
    OfOperation* there = slot.load(std::memory_order_acquire);
    if (there == nullptr) there = Insert(slot, name);
    if (there->name.data() == name.data()) return *there;
  }
  return others_;
}

RequestMetrics::OfOperation* RequestMetrics::Insert(std::atomic<OfOperation*>& slot,
                                                    std::string_view name) {
  auto fresh = std::make_unique<OfOperation>(name);
  OfOperation* there = nullptr;
  if (slot.compare_exchange_strong(there, fresh.get(), std::memory_order_acq_rel)) {
    return fresh.release();
  }
  return there;  // another thread was first, perhaps with another operation
}

std::multimap<std::string_view, const RequestMetrics::OfOperation*> RequestMetrics::Seen() const {
  std::multimap<std::string_view, const OfOperation*> seen;
  for (const auto& slot : slots_) {
    if (const OfOperation* operation = slot.load(std::memory_order_acquire)) {
      seen.emplace(operation->name, operation);
    }
  }
  return seen;
}

RequestMetrics::Totals RequestMetrics::Sum() const {
  Totals totals;
  for (const auto& [name, operation] : Seen()) {
    for (size_t i = 0; i < operation->by_status.size(); ++i) {
      uint64_t count = operation->by_status[i].value();
      totals.requests += count;
      size_t status = i + kLeastStatus;
      if (status >= 400 && status < 500) totals.client_errors += count;
      if (status >= 500) totals.server_errors += count;
    }
    totals.bytes_in += operation->bytes_in.value();
    totals.bytes_out += operation->bytes_out.value();
  }
  totals.in_flight = in_flight_.value();
  totals.broken_off = broken_off_.value();
  return totals;
}

void RequestMetrics::Write(base::MetricsWriter& writer) const {
  auto seen = Seen();
  writer.Family("penstock_s3_requests_total", "counter", "Requests answered.");
  for (const auto& [name, operation] : seen) {
    for (size_t i = 0; i < operation->by_status.size(); ++i) {
      uint64_t count = operation->by_status[i].value();
      std::string status = std::to_string(i + kLeastStatus);
      if (count > 0) writer.Value(count, {{"operation", name}, {"status", status}});
    }
  }
  writer.Family("penstock_s3_request_duration_seconds", "histogram",
                "From the head of a request to the end of its answer.");
  for (const auto& [name, operation] : seen) {
    writer.Histogram(operation->durations, {{"operation", name}});
  }
  writer.Family("penstock_s3_received_bytes_total", "counter", "Bodies of requests.");
  for (const auto& [name, operation] : seen) {
    writer.Value(operation->bytes_in.value(), {{"operation", name}});
  }
  writer.Family("penstock_s3_sent_bytes_total", "counter", "Bodies of answers.");
  for (const auto& [name, operation] : seen) {
    writer.Value(operation->bytes_out.value(), {{"operation", name}});
  }
  writer.Family("penstock_s3_requests_in_flight", "gauge", "Requests being answered now.");
  writer.Value(in_flight_.value());
  writer.Family("penstock_s3_broken_off_total", "counter",
                "Answers that did not come to their end.");
  writer.Value(broken_off_.value());
  writer.Family("penstock_s3_errors_total", "counter",
                "Requests that failed, by the code they got.");
  std::lock_guard lock(errors_mutex_);
  for (const auto& [code, count] : errors_) writer.Value(count, {{"code", code}});
  writer.Family("penstock_authentication_failures_total", "counter",
                "Requests whose sender could not prove who they are, by the code they got.");
  for (std::string_view code : kAuthenticationFailures) {
    auto found = errors_.find(code);
    writer.Value(found == errors_.end() ? uint64_t{0} : found->second, {{"code", code}});
  }
}

}  // namespace penstock::admin
