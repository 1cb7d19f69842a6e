// SPDX-License-Identifier: Apache-2.0
#include "admin/request_metrics.h"

#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace penstock::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

s3::RequestRecord Record(std::string_view operation, int status, std::string_view error = "") {
  s3::RequestRecord record;
  record.operation = operation;
  record.status = status;
  record.error_code = error;
  record.bytes_in = 3;
  record.bytes_out = 5;
  record.duration = std::chrono::milliseconds(2);
  return record;
}

std::string Text(const RequestMetrics& metrics) {
  base::MetricsWriter writer;
  metrics.Write(writer);
  return writer.Take();
}

TEST(RequestMetrics, CountsByOperationAndStatus) {
  RequestMetrics metrics;
  for (int status : {200, 200, 404}) {
    metrics.Began();
    metrics.Ended(Record("GetObject", status, status == 404 ? "NoSuchKey" : ""));
  }
  metrics.Began();
  metrics.Ended(Record("PutObject", 503, "SlowDown"));
  metrics.Began();
  std::string text = Text(metrics);
  EXPECT_THAT(text, HasSubstr("_requests_total{operation=\"GetObject\",status=\"200\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("_requests_total{operation=\"GetObject\",status=\"404\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_errors_total{code=\"NoSuchKey\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_received_bytes_total{operation=\"PutObject\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("_requests_in_flight 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("DeleteObject")));

  RequestMetrics::Totals totals = metrics.Sum();
  EXPECT_EQ(totals.requests, 4u);
  EXPECT_EQ(totals.client_errors, 1u);
  EXPECT_EQ(totals.server_errors, 1u);
  EXPECT_EQ(totals.bytes_out, 20u);
}

TEST(RequestMetrics, LosesNothingOfManyThreads) {
  constexpr std::array<const char*, 5> kOperations = {"A", "B", "C", "D", "E"};
  RequestMetrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        metrics.Began();
        metrics.Ended(Record(kOperations[static_cast<size_t>(i) % kOperations.size()], 200));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(metrics.Sum().requests, 40'000u);
  EXPECT_THAT(Text(metrics), HasSubstr("_requests_total{operation=\"E\",status=\"200\"} 8000\n"));
  EXPECT_EQ(metrics.Sum().in_flight, 0);
}

}  // namespace
}  // namespace penstock::admin
