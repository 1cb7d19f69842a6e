// SPDX-License-Identifier: Apache-2.0
#include "kfp/recurring_ticker.h"

#include <gtest/gtest.h>

#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

using metadata::RuntimeState;
using std::chrono::seconds;

class RecurringTickerTest : public testing::Test {
 protected:
  std::string Create(const std::string& trigger, const std::string& more = "") {
    auto response =
        api_.Post("/apis/v2beta1/recurringruns",
                  R"({"display_name":"n","pipeline_spec":)" + AddSpec() +
                      R"(,"runtime_config":{"parameters":{"a":1}},"max_concurrency":1,"trigger":)" +
                      trigger + more + "}");
    EXPECT_EQ(response.status(), 200) << response.body();
    return response.Text("recurring_run_id");
  }
  std::string Every60(const std::string& more = "") {
    return Create(R"({"periodic_schedule":{"interval_second":60}})", more);
  }
  std::vector<metadata::Run> Runs() { return api_.metadata().runs.List("", {}).value().items; }
  void EndAll() {
    for (const auto& run : Runs()) {
      if (metadata::IsFinal(run.state)) continue;
      EXPECT_TRUE(api_.engine->SetState(run.id, RuntimeState::kSucceeded));
    }
  }
  metadata::RecurringRun Row(const std::string& id) {
    return api_.metadata().recurring_runs.Get(id).value();
  }

  TestApi api_;
  RecurringTicker ticker_{api_.backend(), schedule::TimeZone::Utc()};
};

TEST_F(RecurringTickerTest, MakesARunWhenItIsDue) {
  std::string id = Every60();
  EXPECT_FALSE(ticker_.Tick());
  EXPECT_TRUE(Runs().empty());
  api_.clock.Advance(seconds(61));
  EXPECT_TRUE(ticker_.Tick());
  ASSERT_EQ(Runs().size(), 1U);
  metadata::Run run = Runs()[0];
  EXPECT_EQ(run.recurring_run_id, id);
  EXPECT_EQ(run.display_name, "n-1");
  EXPECT_EQ(run.scheduled_at, std::chrono::floor<seconds>(Row(id).created_at) + seconds(60));
  EXPECT_FALSE(ticker_.Tick());
  EXPECT_EQ(Row(id).next_index, 2);
}

TEST_F(RecurringTickerTest, CatchesUpOneAfterTheOther) {
  Every60();
  api_.clock.Advance(seconds(60 * 3 + 1));
  EXPECT_TRUE(ticker_.Tick());
  EXPECT_FALSE(ticker_.Tick());  // one at a time
  EXPECT_EQ(Runs().size(), 1U);
  for (size_t made : {2U, 3U}) {
    EndAll();
    EXPECT_TRUE(ticker_.Tick());
    EXPECT_EQ(Runs().size(), made);
  }
  EndAll();
  EXPECT_FALSE(ticker_.Tick());
}

TEST_F(RecurringTickerTest, JumpsToTheLatestWhereAskedTo) {
  std::string id = Every60(R"(,"no_catchup":true)");
  api_.clock.Advance(seconds(60 * 5 + 1));
  EXPECT_TRUE(ticker_.Tick());
  EndAll();
  EXPECT_FALSE(ticker_.Tick());
  ASSERT_EQ(Runs().size(), 1U);
  EXPECT_EQ(Runs()[0].scheduled_at, std::chrono::floor<seconds>(Row(id).created_at) + seconds(300));
}

TEST_F(RecurringTickerTest, MakesNothingTwiceAfterACrashOrWithTheClockSetBack) {
  std::string id = Every60();
  api_.clock.Advance(seconds(61));
  EXPECT_TRUE(ticker_.Tick());
  // As if the server had died before it wrote down that the tick is done with.
  metadata::RecurringRun row = Row(id);
  row.last_tick_at.reset();
  ASSERT_TRUE(api_.metadata().database.Write([&](metadata::Transaction& tx) {
    return api_.metadata().recurring_runs.UpdateTick(tx, row);
  }));
  EndAll();
  EXPECT_TRUE(ticker_.Tick());
  EXPECT_EQ(Runs().size(), 1U);
  api_.clock.Advance(seconds(-3600));
  EXPECT_FALSE(ticker_.Tick());
  EXPECT_EQ(Runs().size(), 1U);
}

TEST_F(RecurringTickerTest, LeavesDisabledOnesAlone) {
  Every60(R"(,"mode":"DISABLE")");
  api_.clock.Advance(seconds(600));
  EXPECT_FALSE(ticker_.Tick());
  EXPECT_TRUE(Runs().empty());
}

TEST_F(RecurringTickerTest, ReplacesMacrosInParameters) {
  std::string pipeline = api_.UploadPipeline("p");
  auto spec = AddSpec();
  for (size_t at; (at = spec.find("NUMBER_INTEGER")) != std::string::npos;) {
    spec.replace(at, 14, "STRING");
  }
  auto response = api_.Post("/apis/v2beta1/recurringruns",
                            R"({"display_name":"n","max_concurrency":1,"pipeline_spec":)" + spec +
                                R"(,"runtime_config":{"parameters":{"a":"[[Index]]-)"
                                R"([[ScheduledTime.05]]","b":"[[RunUUID]]"}},"trigger":)"
                                R"({"cron_schedule":{"cron":"30 * * * * *"}}})");
  ASSERT_EQ(response.status(), 200) << response.body();
  api_.clock.Advance(seconds(61));
  EXPECT_TRUE(ticker_.Tick());
  ASSERT_EQ(Runs().size(), 1U);
  metadata::Run run = Runs()[0];
  EXPECT_EQ(run.parameters["a"].as_string(), "1-30");
  EXPECT_EQ(run.parameters["b"].as_string(), run.id);
}

TEST_F(RecurringTickerTest, TakesTheNewestVersionEachTime) {
  std::string pipeline = api_.UploadPipeline("p");
  auto made = api_.Post("/apis/v2beta1/recurringruns",
                        R"({"display_name":"n","max_concurrency":1,"pipeline_version_reference":)"
                        R"({"pipeline_id":")" +
                            pipeline +
                            R"("},"runtime_config":{"parameters":{"a":1}},"trigger":)"
                            R"({"periodic_schedule":{"interval_second":60}}})");
  ASSERT_EQ(made.status(), 200) << made.body();
  api_.clock.Advance(seconds(61));
  EXPECT_TRUE(ticker_.Tick());
  EndAll();
  auto version =
      api_.Upload("/apis/v2beta1/pipelines/upload_version?name=v2&pipelineid=" + pipeline,
                  "add.yaml", ReadTestFile("add.yaml"));
  api_.clock.Advance(seconds(60));
  EXPECT_TRUE(ticker_.Tick());
  ASSERT_EQ(Runs().size(), 2U);
  EXPECT_EQ(Runs()[1].pipeline_version_id, version.Text("pipeline_version_id"));
  EXPECT_NE(Runs()[0].pipeline_version_id, Runs()[1].pipeline_version_id);
}

TEST_F(RecurringTickerTest, TellsWhyATickHasNoRun) {
  std::string pipeline = api_.UploadPipeline("p");
  auto made = api_.Post("/apis/v2beta1/recurringruns",
                        R"({"display_name":"n","max_concurrency":1,"pipeline_version_reference":)"
                        R"({"pipeline_id":")" +
                            pipeline +
                            R"("},"runtime_config":{"parameters":{"a":1}},"trigger":)"
                            R"({"periodic_schedule":{"interval_second":60}}})");
  std::string id = made.Text("recurring_run_id");
  EXPECT_EQ(api_.Send("DELETE", "/apis/v2beta1/pipelines/" + pipeline + "?cascade=true").status(),
            200);
  api_.clock.Advance(seconds(61));
  EXPECT_TRUE(ticker_.Tick());
  EXPECT_FALSE(ticker_.Tick());
  auto shown = api_.Get("/apis/v2beta1/recurringruns/" + id);
  EXPECT_EQ(shown.Text("error.message"), "Pipeline " + pipeline + " not found");
  EXPECT_EQ(Row(id).next_index, 1);
}

TEST_F(RecurringTickerTest, EndsRunsWithTheRecurringRunWhereAskedTo) {
  std::string id = Every60();
  api_.clock.Advance(seconds(61));
  EXPECT_TRUE(ticker_.Tick());
  EXPECT_EQ(
      api_.Send("DELETE", "/apis/v2beta1/recurringruns/" + id + "?propagation_policy=BACKGROUND")
          .status(),
      200);
  EXPECT_EQ(Runs()[0].state, RuntimeState::kFailed);
}

TEST_F(RecurringTickerTest, RunsOnItsThread) {
  std::string id = Every60();
  api_.clock.Advance(seconds(61));
  ticker_.Start();
  for (int i = 0; i < 1000 && Row(id).next_index == 1; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ticker_.Stop();
  EXPECT_EQ(Runs().size(), 1U);
}

TEST(RunIdOfTick, IsAlwaysTheSame) {
  base::Time tick = base::FromMicros(1'700'000'000'000'000);
  std::string id = RunIdOfTick("r", tick);
  EXPECT_EQ(id, RunIdOfTick("r", tick));
  EXPECT_NE(id, RunIdOfTick("s", tick));
  EXPECT_NE(id, RunIdOfTick("r", tick + seconds(1)));
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(id[14], '8');
}

}  // namespace
}  // namespace penstock::kfp
