// SPDX-License-Identifier: Apache-2.0
#include "sys/guarded_clock.h"

#include <gtest/gtest.h>

namespace penstock::sys {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class GuardedClockTest : public testing::Test {
 protected:
  void Pass(base::Duration time) {
    wall_.Advance(time);
    up_ += time;
  }
  const base::Time start_ = base::FromMicros(1'795'421'350'000'000);
  base::FakeClock wall_{start_};
  std::chrono::nanoseconds up_{hours(5)};
  base::NullLogger logger_;
  GuardedClock clock_{wall_, logger_, [this] { return up_; }};
};

TEST_F(GuardedClockTest, IsTheWallClock) {
  EXPECT_EQ(clock_.Now(), start_);
  Pass(hours(24 * 400));
  EXPECT_EQ(clock_.Now(), start_ + hours(24 * 400));
  wall_.Advance(seconds(59));  // put right
  EXPECT_EQ(clock_.Now(), start_ + hours(24 * 400) + seconds(59));
}

TEST_F(GuardedClockTest, FollowsAClockThatIsSetBack) {
  wall_.Set(start_ - hours(3));
  EXPECT_EQ(clock_.Now(), start_ - hours(3));
}

TEST_F(GuardedClockTest, DoesNotBelieveAClockThatIsSetAhead) {
  Pass(hours(1));
  wall_.Advance(hours(24 * 365));
  EXPECT_GE(clock_.Now(), start_ + hours(1));
  EXPECT_LE(clock_.Now(), start_ + hours(1) + minutes(2));
  // Nor one that is set ahead bit by bit.
  for (int i = 0; i < 1000; ++i) {
    wall_.Advance(seconds(50));
    EXPECT_LE(clock_.Now(), start_ + hours(1) + minutes(2));
  }
  Pass(hours(10));
  EXPECT_GE(clock_.Now(), start_ + hours(11));
  EXPECT_LE(clock_.Now(), start_ + hours(11) + minutes(2));
  wall_.Set(start_ + hours(11));  // and set right again
  EXPECT_EQ(clock_.Now(), start_ + hours(11));
}

TEST(TimeSinceBoot, GoesOn) {
  auto before = TimeSinceBoot();
  EXPECT_GT(before.count(), 0);
  EXPECT_GE(TimeSinceBoot(), before);
}

}  // namespace
}  // namespace penstock::sys
