// SPDX-License-Identifier: Apache-2.0
#include "engine/retry_backoff.h"

#include <limits>

#include <gtest/gtest.h>

namespace penstock::engine {
namespace {

using std::chrono::seconds;

ir::RetryPolicy Policy(int count, double wait, double factor, double most) {
  ir::RetryPolicy policy;
  policy.max_retry_count = count;
  policy.backoff_seconds = wait;
  policy.backoff_factor = factor;
  policy.backoff_max_seconds = most;
  return policy;
}

TEST(RetryBackoff, GrowsByTheFactor) {
  auto policy = Policy(3, 10, 2, 3600);
  EXPECT_EQ(NextBackoff(policy, 0, seconds(1)), seconds(10));
  EXPECT_EQ(NextBackoff(policy, 1, seconds(1)), seconds(20));
  EXPECT_EQ(NextBackoff(policy, 2, seconds(1)), seconds(40));
  EXPECT_EQ(NextBackoff(policy, 3, seconds(1)), std::nullopt);
}

TEST(RetryBackoff, EndsWhenTheLongestTimeHasPassed) {
  auto policy = Policy(100, 10, 2, 60);
  EXPECT_EQ(NextBackoff(policy, 1, seconds(60)), seconds(20));
  EXPECT_EQ(NextBackoff(policy, 1, seconds(61)), std::nullopt);
}

TEST(RetryBackoff, SurvivesHostileFigures) {
  const double huge = std::numeric_limits<double>::max();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(NextBackoff(Policy(1000, 0, huge, huge), 999, seconds(0)), seconds(0));
  EXPECT_GT(*NextBackoff(Policy(1000, huge, huge, huge), 999, seconds(0)), seconds(3600));
  EXPECT_EQ(NextBackoff(Policy(9, -5, -1, 10), 1, seconds(0)), seconds(0));
  EXPECT_TRUE(NextBackoff(Policy(9, nan, nan, nan), 1, seconds(0)).has_value());
}

}  // namespace
}  // namespace penstock::engine
