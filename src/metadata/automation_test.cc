// SPDX-License-Identifier: Apache-2.0
// The tables of recurring runs, webhooks and triggers, and what the database does by itself.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "metadata/metadata_store.h"
#include "metadata/state_counts.h"

namespace penstock::metadata {
namespace {

using base::FromMicros;
using base::Status;

class AutomationTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/penstock-automation-XXXXXX";
    directory_ = mkdtemp(pattern);
    database_ = Database::Open(directory_ + "/m.db").value();
    store_ = std::make_unique<MetadataStore>(*database_);
  }
  void TearDown() override {
    store_.reset();
    database_.reset();
    std::filesystem::remove_all(directory_);
  }
  void Write(const std::function<Status(Transaction&)>& body) {
    Status done = database_->Write(body);
    ASSERT_TRUE(done) << done.error().message();
  }
  void AddWebhook(const std::string& id, std::vector<std::string> states,
                  const std::string& experiment = "") {
    RunWebhook webhook;
    webhook.id = id;
    webhook.display_name = "hook " + id;
    webhook.url = "http://localhost/";
    webhook.states = std::move(states);
    webhook.experiment_id = experiment;
    Write([&](Transaction& tx) { return store_->run_webhooks.Insert(tx, webhook); });
  }
  metadata::Run AddRun(const std::string& id, const std::string& experiment = "e") {
    metadata::Run run;
    run.id = id;
    run.experiment_id = experiment;
    run.created_at = FromMicros(5);
    Write([&](Transaction& tx) { return store_->runs.Insert(tx, run); });
    return run;
  }
  void SetState(metadata::Run& run, RuntimeState state, int64_t micros) {
    run.state = state;
    run.state_history.push_back({FromMicros(micros), state, ""});
    if (IsFinal(state)) run.finished_at = FromMicros(micros);
    Write([&](Transaction& tx) { return store_->runs.UpdateState(tx, run); });
  }

  std::string directory_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<MetadataStore> store_;
};

TEST_F(AutomationTest, AChangeOfStateQueuesItsWebhooks) {
  AddWebhook("all", {"PENDING", "RUNNING", "SUCCEEDED"});
  AddWebhook("end", {"SUCCEEDED"});
  AddWebhook("other", {"SUCCEEDED"}, "another experiment");
  metadata::Run run = AddRun("r");
  SetState(run, RuntimeState::kRunning, 10);
  SetState(run, RuntimeState::kRunning, 11);  // the same again: nothing
  SetState(run, RuntimeState::kSucceeded, 20);

  auto oldest = store_->run_webhooks.Oldest().value();
  ASSERT_EQ(oldest.size(), 2U);
  EXPECT_EQ(oldest[0].webhook_id, "all");
  EXPECT_EQ(oldest[0].state, RuntimeState::kPending);
  EXPECT_EQ(oldest[0].previous_state, RuntimeState::kUnspecified);
  EXPECT_EQ(oldest[1].webhook_id, "end");
  EXPECT_EQ(oldest[1].state, RuntimeState::kSucceeded);
  EXPECT_EQ(oldest[1].previous_state, RuntimeState::kRunning);
  EXPECT_EQ(oldest[1].changed_at, FromMicros(20));

  Write([&](Transaction& tx) { return store_->run_webhooks.Dequeue(tx, oldest[0], true); });
  Write([&](Transaction& tx) { return store_->run_webhooks.CountFailure(tx, "end", "refused"); });
  EXPECT_EQ(store_->run_webhooks.Oldest().value()[0].state, RuntimeState::kRunning);
  EXPECT_EQ(store_->run_webhooks.Get("all")->delivered, 1);
  EXPECT_EQ(store_->run_webhooks.Get("end")->failed, 1);
  EXPECT_EQ(store_->run_webhooks.Get("end")->error, "refused");
  EXPECT_EQ(CountStates(*database_)->webhook_queue, 3);
  EXPECT_EQ(CountStates(*database_)->runs.at("SUCCEEDED"), 1);

  // What is queued goes with its webhook.
  Write([&](Transaction& tx) { return store_->run_webhooks.Delete(tx, "all"); });
  EXPECT_EQ(CountStates(*database_)->webhook_queue, 1);
}

TEST_F(AutomationTest, WhatIsNotCommittedIsNotQueued) {
  AddWebhook("all", {"PENDING"});
  metadata::Run run;
  run.id = "r";
  EXPECT_FALSE(database_->Write([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(store_->runs.Insert(tx, run));
    return base::Fail(base::Code::kAborted, "no");
  }));
  EXPECT_TRUE(store_->run_webhooks.Oldest()->empty());
}

TEST_F(AutomationTest, CommittedWritesAreFedToThoseWhoFollow) {
  ChangeFeed& feed = database_->changes();
  uint64_t start = feed.Position();
  metadata::Run run = AddRun("r");
  SetState(run, RuntimeState::kRunning, 10);
  auto batch = feed.Wait(start, std::chrono::milliseconds(0));
  ASSERT_EQ(batch.changes.size(), 1U);
  EXPECT_EQ(store_->runs.FindByRow(batch.changes[0].row).value()->id, "r");
  EXPECT_FALSE(store_->runs.FindEnd(batch.changes[0].row).value());
  SetState(run, RuntimeState::kFailed, 20);
  EXPECT_EQ(store_->runs.FindEnd(batch.changes[0].row).value()->state, RuntimeState::kFailed);
  EXPECT_FALSE(database_->Write([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(store_->runs.Delete(tx, "r"));
    return base::Fail(base::Code::kAborted, "no");
  }));
  uint64_t before = feed.Position();
  Write([&](Transaction& tx) { return store_->runs.Delete(tx, "r"); });
  EXPECT_EQ(feed.Wait(before, std::chrono::milliseconds(0)).changes.size(), 1U);
  EXPECT_FALSE(store_->runs.FindByRow(batch.changes[0].row).value());
}

TEST_F(AutomationTest, TriggersAreKept) {
  ObjectTrigger trigger;
  trigger.id = "t";
  trigger.display_name = "n";
  trigger.bucket = "b";
  trigger.suffix = ".csv";
  trigger.parameters = {{"uri", "x"}};
  trigger.runs_started = 3;
  Write([&](Transaction& tx) { return store_->object_triggers.Insert(tx, trigger); });
  ObjectTrigger again = store_->object_triggers.Get("t").value();
  EXPECT_EQ(again.suffix, ".csv");
  EXPECT_EQ(again.parameters, trigger.parameters);
  EXPECT_EQ(again.runs_started, 3);
  trigger.id = "u";
  EXPECT_EQ(
      database_->Write([&](Transaction& tx) { return store_->object_triggers.Insert(tx, trigger); })
          .error()
          .code(),
      base::Code::kAlreadyExists);
  again.enabled = false;
  Write([&](Transaction& tx) { return store_->object_triggers.Update(tx, again); });
  EXPECT_TRUE(store_->object_triggers.Enabled()->empty());
  EXPECT_EQ(store_->object_triggers.List({})->total_size, 1);
}

}  // namespace
}  // namespace penstock::metadata
