// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/test_engine.h"

namespace penstock::engine {
namespace {

using base::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;

class RetentionTest : public EngineTest {
 protected:
  RetentionTest() { executor_->Write("a", "sha256:a"); }

  metadata::Run Finished(bool cached = false) {
    auto run = Create(Chain(cached), {{"name", "n"}});
    EXPECT_TRUE(run);
    return WaitForEnd(run->id);
  }
  // As the engine does, at a time of the test's choosing.
  std::unique_ptr<Retention> Make(RetentionOptions options) {
    return std::make_unique<Retention>(
        options, *store_, *executor_, artifacts_, later_, logger_,
        [](const metadata::Run& run) { return "minio://mlpipeline/v2/artifacts/p/" + run.id; });
  }
  std::string RootOf(const metadata::Run& run) {
    return "minio://mlpipeline/v2/artifacts/test-pipeline/" + run.id;
  }
  metadata::Artifact StoredBy(const metadata::Run& run) {
    metadata::Artifact stored;
    for (const auto& artifact : ArtifactsOf(run.id)) {
      if (!artifact.content.empty()) stored = artifact;
    }
    return stored;
  }

  base::FakeClock later_{clock_.Now() + std::chrono::hours(24 * 10)};
};

TEST_F(RetentionTest, ARunGoesWithAllThatItOwns) {
  metadata::Run run = Finished();
  const std::string artifact = StoredBy(run).id;
  ASSERT_TRUE(engine_->DeleteRun(run.id, true));
  EXPECT_EQ(store_->runs.Get(run.id).error().code(), Code::kNotFound);
  EXPECT_EQ(store_->artifacts.Get(artifact).error().code(), Code::kNotFound);
  EXPECT_THAT(artifacts_.removed(), ElementsAre(testing::Pair(RootOf(run), IsEmpty())));
  EXPECT_THAT(*store_->removals.List(10), IsEmpty());
}

TEST_F(RetentionTest, WhatTheCacheOrAnotherRunHasStays) {
  metadata::Run first = Finished(true);
  metadata::Run second = Finished(true);
  EXPECT_EQ(States(second.id)["a"], "CACHED");
  const metadata::Artifact stored = StoredBy(first);
  ASSERT_TRUE(engine_->DeleteRun(first.id, true));
  EXPECT_THAT(artifacts_.removed()[RootOf(first)], testing::Contains(stored.uri));
  EXPECT_TRUE(store_->artifacts.Get(stored.id));
  // The cache serves what the deleted run has made.
  metadata::Run third = Finished(true);
  EXPECT_EQ(States(third.id)["a"], "CACHED");

  ASSERT_TRUE(engine_->DeleteRun(second.id, true));
  ASSERT_TRUE(engine_->DeleteRun(third.id, true));
  EXPECT_TRUE(store_->artifacts.Get(stored.id));  // for the cache
  RetentionOptions options;
  options.keep_cache = std::chrono::hours(24);
  ASSERT_TRUE(Make(options)->Sweep());
  EXPECT_FALSE(store_->artifacts.Get(stored.id));
  EXPECT_THAT(artifacts_.removed(), testing::Contains(Key(stored.uri)));
  EXPECT_EQ(States(Finished(true).id)["a"], "SUCCEEDED");
}

TEST_F(RetentionTest, WithoutItsArtifactsTheyAreLeftAlone) {
  metadata::Run run = Finished();
  ASSERT_TRUE(engine_->DeleteRun(run.id, false));
  ASSERT_TRUE(Make({})->Sweep());
  EXPECT_THAT(artifacts_.removed(), IsEmpty());
}

TEST_F(RetentionTest, RunsAreDeletedWhenTheirTimeIsOver) {
  metadata::Run run = Finished();
  metadata::Run archived = Finished();
  ASSERT_TRUE(store_->database.Write(
      [&](metadata::Transaction& tx) { return store_->runs.SetArchived(tx, archived.id, true); }));
  auto kept = EngineTest::Make(Chain(), {{"name", "n"}}).value();
  kept.run.keep_seconds = 60;
  metadata::Run shortly = WaitForEnd(engine_->CreateRun(std::move(kept))->id);

  ASSERT_TRUE(Make({})->Sweep());
  EXPECT_FALSE(store_->runs.Get(shortly.id));  // by its own keep_seconds
  EXPECT_TRUE(store_->runs.Get(run.id));
  RetentionOptions options;
  options.keep_runs = std::chrono::hours(24 * 9);
  ASSERT_TRUE(Make(options)->Sweep());
  EXPECT_FALSE(store_->runs.Get(run.id));
  EXPECT_TRUE(store_->runs.Get(archived.id));
  options.keep_archived_runs = std::chrono::hours(24 * 11);
  ASSERT_TRUE(Make(options)->Sweep());
  EXPECT_TRUE(store_->runs.Get(archived.id));
  options.keep_archived_runs = std::chrono::hours(24 * 9);
  ASSERT_TRUE(Make(options)->Sweep());
  EXPECT_FALSE(store_->runs.Get(archived.id));
}

TEST_F(RetentionTest, ExperimentsGoWhenNothingIsInThemAnyMore) {
  auto add = [&](const std::string& name, std::chrono::hours later = {}) {
    metadata::Experiment experiment;
    experiment.id = experiment.display_name = name;
    experiment.created_at = clock_.Now() + later;
    EXPECT_TRUE(store_->database.Write(
        [&](metadata::Transaction& tx) { return store_->experiments.Insert(tx, experiment); }));
  };
  for (const char* name : {"empty", "default", "used", "scheduled", "triggered", "watched"})
    add(name);
  add("young", std::chrono::hours(24 * 5));
  auto made = EngineTest::Make(Chain(), {{"name", "n"}}).value();
  made.run.experiment_id = "used";
  metadata::Run run = WaitForEnd(engine_->CreateRun(std::move(made))->id);
  ASSERT_TRUE(store_->database.Write([&](metadata::Transaction& tx) -> base::Status {
    metadata::RecurringRun recurring;
    recurring.experiment_id = recurring.id = "scheduled";
    PENSTOCK_RETURN_IF_ERROR(store_->recurring_runs.Insert(tx, recurring));
    metadata::ObjectTrigger trigger;
    trigger.experiment_id = trigger.id = "triggered";
    PENSTOCK_RETURN_IF_ERROR(store_->object_triggers.Insert(tx, trigger));
    metadata::RunWebhook webhook;
    webhook.experiment_id = webhook.id = "watched";
    return store_->run_webhooks.Insert(tx, webhook);
  }));
  auto left = [&] {
    std::set<std::string> names;
    const auto page = store_->experiments.List({}).value();
    for (const auto& experiment : page.items) {
      names.insert(experiment.display_name);
    }
    return names;
  };
  const auto all = left();
  ASSERT_TRUE(Make({})->Sweep());
  EXPECT_EQ(left(), all);  // for ever, unless somebody says otherwise
  RetentionOptions options;
  options.keep_experiments = std::chrono::hours(24 * 9);
  options.kept_experiment = "default";
  ASSERT_TRUE(Make(options)->Sweep());
  EXPECT_THAT(left(), testing::UnorderedElementsAre("default", "used", "scheduled", "triggered",
                                                    "watched", "young"));
  // With the last of its runs it goes in the same sweep.
  options.keep_runs = std::chrono::hours(24 * 9);
  ASSERT_TRUE(Make(options)->Sweep());
  EXPECT_FALSE(store_->runs.Get(run.id));
  EXPECT_FALSE(store_->experiments.Get("used"));
  EXPECT_TRUE(store_->experiments.Get("scheduled"));
}

TEST_F(RetentionTest, NeitherRunningRunsNorWhatTheyTakeOver) {
  metadata::Run origin = Finished();
  executor_->Hold("c");
  auto resumed = Resume(origin.id, Chain(), {{"name", "n"}}, "c");
  ASSERT_TRUE(resumed) << resumed.error().message();
  EXPECT_EQ(engine_->DeleteRun(resumed->id, true).error().code(), Code::kAborted);
  auto refused = engine_->DeleteRun(origin.id, true);
  EXPECT_EQ(refused.error().code(), Code::kFailedPrecondition);
  EXPECT_THAT(refused.error().message(), HasSubstr(resumed->id));
  RetentionOptions options;
  options.keep_runs = std::chrono::seconds(1);
  ASSERT_TRUE(Make(options)->Sweep());
  EXPECT_TRUE(store_->runs.Get(origin.id));
  executor_->Take("c").second(FailWith("enough"));
  WaitForEnd(resumed->id);
  EXPECT_TRUE(engine_->DeleteRun(origin.id, true));
  EXPECT_FALSE(StoredBy(*resumed).id.empty());  // taken over, so kept
}

TEST_F(RetentionTest, AnArtifactIsDeletedAndItsRecordSaysSo) {
  metadata::Run run = Finished(true);
  const metadata::Artifact stored = StoredBy(run);
  auto cached = engine_->DeleteArtifact(stored.id, false);
  ASSERT_FALSE(cached);
  EXPECT_THAT(cached.error().message(), HasSubstr("cache"));
  ASSERT_TRUE(engine_->DeleteArtifact(stored.id, true));
  EXPECT_TRUE(store_->artifacts.Get(stored.id)->deleted_at.has_value());
  EXPECT_THAT(artifacts_.removed(), testing::Contains(Key(stored.uri)));
  EXPECT_EQ(engine_->DeleteArtifact(stored.id, true).error().code(), Code::kFailedPrecondition);
  EXPECT_EQ(States(Finished(true).id)["a"], "SUCCEEDED");
  EXPECT_EQ(engine_->DeleteArtifact("nope", false).error().code(), Code::kNotFound);
}

TEST_F(RetentionTest, WhatIsLockedStaysAndIsAskedForAgain) {
  metadata::Run run = Finished();
  const metadata::Artifact stored = StoredBy(run);
  artifacts_.Lock(1);
  auto locked = engine_->DeleteArtifact(stored.id, false);
  ASSERT_FALSE(locked);
  EXPECT_THAT(locked.error().message(), HasSubstr("locked"));
  EXPECT_FALSE(store_->artifacts.Get(stored.id)->deleted_at.has_value());
  ASSERT_TRUE(engine_->DeleteRun(run.id, true));
  EXPECT_THAT(*store_->removals.List(10), ElementsAre(RootOf(run)));
  artifacts_.Lock(0);
  ASSERT_TRUE(Make({})->Sweep());
  EXPECT_THAT(*store_->removals.List(10), IsEmpty());
}

}  // namespace
}  // namespace penstock::engine
