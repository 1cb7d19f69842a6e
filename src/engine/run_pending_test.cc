// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/artifact_store.h"
#include "engine/run_state.h"
#include "engine/test_pipeline.h"
#include "engine/test_run.h"

// Runs that go on with what is stored and not known by its digest yet.
namespace penstock::engine {
namespace {

using metadata::RuntimeState;
using testing::HasSubstr;

enum class Caching { kOff, kOn };

// make -> (in a group) use, and nothing that reads what "use" gives.
Json MakeAndUse(Caching caching) {
  TestPipeline p;
  p.Container("make", {{}, {}, {}, {"data"}});
  p.Container("use", {{}, {{"out", "STRING"}}, {"data"}, {}});
  TestDag group = p.Dag("group");
  TestTask make = group.Task("make", "make");
  group.GivesArtifact("data", {{"make", "data"}});
  p.Root().Task("group", "group");
  TestTask use = p.Root().Task("use", "use").Artifact("data", "group", "data");
  if (caching == Caching::kOn) {
    make.Cached();
    use.Cached();
  }
  return p.Spec();
}

std::string FingerprintOfUse(Caching caching) {
  TestRun run(MakeAndUse(caching));
  run.Start();
  run.Finish();
  return run.Row("use")->fingerprint;
}

TEST(RunPending, WhatFollowsBeginsAtOnceAndTheEndWaits) {
  TestRun run(MakeAndUse(Caching::kOff));
  run.PublishLate();
  run.Start();
  ASSERT_TRUE(run.Step("make"));
  EXPECT_EQ(run.State("group/make"), "SUCCEEDED");
  EXPECT_EQ(run.Row("use")->fingerprint, "");
  ASSERT_TRUE(run.Step("use"));
  EXPECT_FALSE(run.Step());
  EXPECT_EQ(run.State("use"), "SUCCEEDED");
  EXPECT_EQ(run.state(), RuntimeState::kRunning);
  EXPECT_EQ(run.rows().artifacts.front().content, StoredArtifact::kPending);
  ASSERT_EQ(run.awaited(), 1u);
  ASSERT_TRUE(run.Publish());
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
  EXPECT_EQ(run.rows().artifacts.front().content, "bytes of/make/data");
  // Later runs know the task by what it was given.
  EXPECT_EQ(run.Row("use")->fingerprint, FingerprintOfUse(Caching::kOff));
  EXPECT_FALSE(run.Publish());
}

TEST(RunPending, ATaskThatMayHaveAnEarlierResultWaitsForWhatItIsKnownBy) {
  const std::string fingerprint = FingerprintOfUse(Caching::kOn);
  for (bool there : {true, false}) {
    TestRun run(MakeAndUse(Caching::kOn));
    run.PublishLate();
    run.AnswerOutlinesWith([](const CacheLookup& lookup) {
      EXPECT_EQ(lookup.fingerprint, "");
      return lookup.pipeline_name == "test-pipeline";
    });
    run.AnswerCacheWith([&](const CacheLookup& lookup) {
      std::optional<CacheHit> hit;
      if (!there || lookup.fingerprint != fingerprint) return hit;
      hit.emplace();
      hit->task_id = hit->entry_id = "earlier";
      hit->outputs["out"] = "as before";
      return hit;
    });
    run.Start();
    ASSERT_TRUE(run.Step("make"));
    EXPECT_FALSE(run.Step());
    EXPECT_TRUE(run.cache_entries().empty());
    ASSERT_TRUE(run.Publish());
    EXPECT_EQ(run.cache_entries().size(), 1u);
    EXPECT_EQ(run.cache_entries().front().task_name, "make");
    EXPECT_EQ(run.Step("use"), !there);
    EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
    EXPECT_EQ(run.State("use"), there ? "CACHED" : "SUCCEEDED");
    EXPECT_EQ(run.Row("use")->fingerprint, fingerprint);
    EXPECT_EQ(run.cache_entries().size(), there ? 1u : 2u);
  }
}

TEST(RunPending, ATaskForWhichThereIsNothingBeginsAtOnce) {
  TestRun run(MakeAndUse(Caching::kOn));
  run.PublishLate();
  std::string outline;
  run.AnswerOutlinesWith([&](const CacheLookup& lookup) {
    outline = lookup.outline;
    return false;
  });
  run.Start();
  ASSERT_TRUE(run.Step("make"));
  ASSERT_TRUE(run.Step("use"));
  EXPECT_EQ(run.State("use"), "SUCCEEDED");
  EXPECT_EQ(run.state(), RuntimeState::kRunning);
  EXPECT_TRUE(run.cache_entries().empty());
  ASSERT_TRUE(run.Publish());
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
  EXPECT_EQ(run.Row("use")->fingerprint, FingerprintOfUse(Caching::kOn));
  // Its own entry is found by what was asked for.
  ASSERT_EQ(run.cache_entries().size(), 2u);
  for (const metadata::CacheEntry& entry : run.cache_entries()) {
    EXPECT_EQ(entry.outline == outline, entry.task_name == "use");
    EXPECT_NE(entry.outline, "");
  }
}

TEST(RunPending, OneThatRunsWhenItsInputsBecomeKnownIsCachedAtItsEnd) {
  TestRun run(MakeAndUse(Caching::kOn));
  run.PublishLate();
  run.Start();
  ASSERT_TRUE(run.Step("make"));
  EXPECT_THAT(run.running(), testing::ElementsAre("use"));
  ASSERT_TRUE(run.Publish());
  EXPECT_EQ(run.cache_entries().size(), 1u);
  ASSERT_TRUE(run.Step("use"));
  EXPECT_EQ(run.cache_entries().size(), 2u);
  EXPECT_EQ(run.cache_entries().back().fingerprint, FingerprintOfUse(Caching::kOn));
  EXPECT_EQ(run.LaunchesOf("use"), 1u);
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
}

TEST(RunPending, WhatCouldNotBeStoredFailsTheRun) {
  TestRun run(MakeAndUse(Caching::kOff));
  run.PublishLate();
  run.Start();
  run.Step("make");
  run.Step("use");
  ASSERT_TRUE(run.Publish("the disk is broken"));
  EXPECT_EQ(run.state(), RuntimeState::kFailed);
  EXPECT_EQ(run.State("group/make"), "FAILED");
  EXPECT_EQ(run.State("group"), "FAILED");
  EXPECT_EQ(run.Row("group/make")->error, "output 'data' could not be stored: the disk is broken");
  EXPECT_THAT(run.run().error, HasSubstr("'data' could not be stored: the disk is broken"));
  // Both run again: what the second was given is not what it will be given.
  ASSERT_TRUE(run.Retry());
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(run.LaunchesOf("make"), 2u);
  EXPECT_EQ(run.LaunchesOf("use"), 2u);
  EXPECT_EQ(run.Row("use")->fingerprint, FingerprintOfUse(Caching::kOff));
}

TEST(RunPending, WhatHasNotBegunByThenNeverDoes) {
  TestRun run(MakeAndUse(Caching::kOn));
  run.PublishLate();
  run.AnswerOutlinesWith([](const CacheLookup&) { return true; });
  run.Start();
  run.Step("make");
  ASSERT_TRUE(run.Publish("no room"));
  EXPECT_EQ(run.state(), RuntimeState::kFailed);
  EXPECT_EQ(run.LaunchesOf("use"), 0u);
  EXPECT_EQ(run.State("use"), "RUNTIME_STATE_UNSPECIFIED");
  EXPECT_TRUE(run.cache_entries().empty());
}

TEST(RunPending, ARestartAsksAgain) {
  TestRun run(MakeAndUse(Caching::kOff));
  run.PublishLate();
  run.Start();
  run.Step("make");
  run.Step("use");
  run.Crash();
  EXPECT_EQ(run.state(), RuntimeState::kRunning);
  ASSERT_EQ(run.awaited(), 1u);
  ASSERT_TRUE(run.Publish());
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
  EXPECT_EQ(run.LaunchesOf("make") + run.LaunchesOf("use"), 2u);
  EXPECT_EQ(run.Row("use")->fingerprint, FingerprintOfUse(Caching::kOff));
}

TEST(RunPending, ATerminatedRunEndsWhenWhatIsStoredIsWhole) {
  TestRun run(MakeAndUse(Caching::kOn));
  run.PublishLate();
  run.AnswerOutlinesWith([](const CacheLookup&) { return true; });
  run.Start();
  run.Step("make");
  ASSERT_TRUE(run.Terminate());
  EXPECT_EQ(run.state(), RuntimeState::kCanceling);
  EXPECT_EQ(run.State("use"), "CANCELED");
  ASSERT_TRUE(run.Publish());
  EXPECT_EQ(run.state(), RuntimeState::kFailed);
  EXPECT_EQ(run.run().error, "terminated");
  EXPECT_EQ(run.LaunchesOf("use"), 0u);
}

}  // namespace
}  // namespace penstock::engine
