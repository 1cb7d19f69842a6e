// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.h"

#include <gmock/gmock.h>

namespace penstock::base {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

TEST(Metrics, WritesPrometheusText) {
  MetricsWriter writer;
  writer.Family("requests_total", "counter", "Requests.");
  writer.Value(uint64_t{3}, {{"operation", "PutObject"}, {"status", "200"}});
  writer.Family("temperature", "gauge", "Degrees.");
  writer.Value(-1.5);
  EXPECT_EQ(writer.Take(),
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{operation=\"PutObject\",status=\"200\"} 3\n"
            "# HELP temperature Degrees.\n"
            "# TYPE temperature gauge\n"
            "temperature -1.5\n");
}

TEST(Metrics, LabelsCannotForgeLines) {
  MetricsWriter writer;
  writer.Family("x", "gauge", "X.");
  writer.Value(int64_t{1}, {{"name", "a\"} 5\nb\\"}});
  EXPECT_THAT(writer.Take(), HasSubstr("x{name=\"a\\\"} 5\\nb\\\\\"} 1\n"));
}

TEST(Metrics, HistogramsAreCumulative) {
  DurationHistogram histogram;
  histogram.Observe(std::chrono::microseconds(500));  // on the first bound: within it
  histogram.Observe(milliseconds(3));
  histogram.Observe(milliseconds(120'000));
  MetricsWriter writer;
  writer.Family("took", "histogram", "Time.");
  writer.Histogram(histogram, {{"operation", "GetObject"}});
  std::string text = writer.Take();
  EXPECT_THAT(text, HasSubstr("took_bucket{operation=\"GetObject\",le=\"0.0005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("took_bucket{operation=\"GetObject\",le=\"0.0025\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("took_bucket{operation=\"GetObject\",le=\"0.005\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("took_bucket{operation=\"GetObject\",le=\"60\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("took_bucket{operation=\"GetObject\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("took_count{operation=\"GetObject\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("took_sum{operation=\"GetObject\"} 120.0035\n"));
}

}  // namespace
}  // namespace penstock::base
