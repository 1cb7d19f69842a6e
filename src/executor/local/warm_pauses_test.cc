// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_pauses.h"

#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class WarmPausesTest : public testing::Test {
 protected:
  // Fails, and goes on when the pause is over, which it returns.
  minutes FailAndWait() {
    pauses_.NoteFailure("a", now_);
    minutes pause{0};
    for (; pauses_.IsPaused("a", now_); ++pause) now_ += minutes(1);
    return pause;
  }
  void FailUntilPausesAreLongest() {
    while (FailAndWait() < WarmPauses::kLongest) {
    }
  }

  WarmPauses pauses_;
  WarmPauses::Time now_{hours(1000)};
};

TEST_F(WarmPausesTest, EachFailureIsFollowedByALongerPauseUpToAnHour) {
  EXPECT_FALSE(pauses_.IsPaused("a", now_));
  for (int expected : {1, 2, 4, 8, 16, 32, 60, 60, 60}) EXPECT_EQ(FailAndWait().count(), expected);
  pauses_.NoteFailure("a", now_);
  EXPECT_TRUE(pauses_.IsPaused("a", now_ + minutes(60) - seconds(1)));
  EXPECT_FALSE(pauses_.IsPaused("b", now_));
}

// Where a task comes each half hour, none of the failures is the first of a new count.
TEST_F(WarmPausesTest, WhatAlwaysFailsIsNotForgottenBetweenTasks) {
  FailUntilPausesAreLongest();
  for (int i = 0; i < 5; ++i) {
    now_ += minutes(29);
    EXPECT_EQ(FailAndWait(), WarmPauses::kLongest);
  }
}

TEST_F(WarmPausesTest, AfterALongTimeWithoutAFailureTheCountBeginsAnew) {
  FailUntilPausesAreLongest();
  now_ += WarmPauses::kForgotten;
  EXPECT_EQ(FailAndWait(), WarmPauses::kFirst);
  EXPECT_EQ(FailAndWait(), 2 * WarmPauses::kFirst);
}

TEST_F(WarmPausesTest, AfterAWorkerThatProvedGoodTheCountBeginsAnew) {
  FailUntilPausesAreLongest();
  pauses_.NoteUse("a", now_, now_ + WarmPauses::kProved);
  EXPECT_EQ(FailAndWait(), WarmPauses::kFirst);
}

// Else each task would have such a replacement tried.
TEST_F(WarmPausesTest, AWorkerThatWasThereBeforeTheFailureProvesNothing) {
  const WarmPauses::Time made = now_;
  now_ += hours(1);
  pauses_.NoteFailure("a", now_);
  pauses_.NoteUse("a", made, now_);
  EXPECT_TRUE(pauses_.IsPaused("a", now_));
}

TEST_F(WarmPausesTest, ATaskOfANewWorkerProvesNothing) {
  FailUntilPausesAreLongest();
  pauses_.NoteUse("a", now_, now_ + WarmPauses::kProved - seconds(1));
  pauses_.NoteUse("b", now_, now_ + WarmPauses::kProved);
  EXPECT_EQ(FailAndWait(), WarmPauses::kLongest);
}

}  // namespace
}  // namespace penstock::executor
