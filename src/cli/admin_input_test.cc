// SPDX-License-Identifier: Apache-2.0
#include "cli/admin_input.h"

#include <chrono>

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(ReadExpiry, TakesSpansTimesAndNever) {
  const base::Time now = base::FromMicros(1'700'000'000'000'000);
  EXPECT_EQ(ReadExpiry("90d", now).value(), now + hours(24 * 90));
  EXPECT_EQ(ReadExpiry("12h", now).value(), now + hours(12));
  EXPECT_EQ(ReadExpiry("30m", now).value(), now + minutes(30));
  EXPECT_EQ(ReadExpiry("2027-01-31T00:00:00Z", now).value(),
            base::ParseRfc3339("2027-01-31T00:00:00Z").value());
  EXPECT_EQ(ReadExpiry("never", now).value(), std::nullopt);
}

TEST(ReadExpiry, RefusesTheRest) {
  for (const char* text : {"", "d", "0d", "-1d", "1.5d", "90", "90 d", "90days", "soon", "1w",
                           "9999999999999999999d", "1000001d", "2027-13-31T00:00:00Z"}) {
    EXPECT_FALSE(ReadExpiry(text, base::Time{})) << text;
  }
}

}  // namespace
}  // namespace penstock::cli
