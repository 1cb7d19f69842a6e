// SPDX-License-Identifier: Apache-2.0
#include "kfp/recurring_runs.h"

#include <gtest/gtest.h>

#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

constexpr char kAll[] = "/apis/v2beta1/recurringruns";

std::string One(const std::string& id) { return std::string(kAll) + "/" + id; }

// A recurring run of add.yaml, with members more or other than the usual.
std::string Body(const std::string& more = "",
                 const std::string& trigger = R"({"periodic_schedule":{"interval_second":"60"}})",
                 const std::string& concurrency = "1") {
  return R"({"display_name":"nightly","pipeline_spec":)" + AddSpec() +
         R"(,"runtime_config":{"parameters":{"a":1}},"max_concurrency":)" + concurrency +
         R"(,"mode":"ENABLE","trigger":)" + trigger + more + "}";
}

std::string Create(TestApi& api, const std::string& body) {
  auto response = api.Post(kAll, body);
  EXPECT_EQ(response.status(), 200) << response.body();
  return response.Text("recurring_run_id");
}

TEST(RecurringRuns, AreMadeAndShown) {
  TestApi api;
  std::string id = Create(api, Body(R"(,"description":"d","no_catchup":true)"));
  auto response = api.Get(One(id));
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.Text("display_name"), "nightly");
  EXPECT_EQ(response.Text("description"), "d");
  EXPECT_EQ(response.Text("max_concurrency"), "1");
  EXPECT_EQ(response.Text("trigger.periodic_schedule.interval_second"), "60");
  EXPECT_EQ(response.Text("status"), "ENABLED");
  EXPECT_EQ(response.Text("mode"), "ENABLE");
  EXPECT_EQ(response.Text("no_catchup"), "true");
  EXPECT_EQ(response.Text("runtime_config.parameters.a"), "1");
  EXPECT_NE(response.Text("experiment_id"), "");
  EXPECT_NE(response.Text("pipeline_spec.root"), "");
  EXPECT_EQ(api.Get(One("nope")).status(), 404);
}

TEST(RecurringRuns, ShowTheReferenceToAStoredPipeline) {
  TestApi api;
  std::string pipeline = api.UploadPipeline("p");
  std::string id =
      Create(api, R"({"display_name":"n","max_concurrency":"10","pipeline_version_reference":)"
                  R"({"pipeline_id":")" +
                      pipeline +
                      R"("},"runtime_config":{"parameters":{"a":1}},"trigger":{"cron_schedule":)"
                      R"({"cron":"0 0 3 * * *","start_time":"2030-01-01T00:00:00Z"}}})");
  auto response = api.Get(One(id));
  EXPECT_EQ(response.Text("pipeline_version_reference"),
            R"({"pipeline_id":")" + pipeline + R"("})");
  EXPECT_EQ(response.Text("trigger.cron_schedule.cron"), "0 0 3 * * *");
  EXPECT_EQ(response.Text("trigger.cron_schedule.start_time"), "2030-01-01T00:00:00Z");
  EXPECT_EQ(response.json().Find("pipeline_spec"), nullptr);
}

TEST(RecurringRuns, AreListedUnderACamelCaseKey) {
  TestApi api;
  EXPECT_EQ(api.Get(kAll).body(), "{}");
  Create(api, Body());
  std::string experiment = api.CreateExperiment("e");
  Create(api, Body(R"(,"experiment_id":")" + experiment + R"(")"));
  auto all = api.Get(std::string(kAll) + "?sort_by=created_at desc&page_size=1");
  EXPECT_EQ(all.Text("total_size"), "2");
  ASSERT_NE(all.json().Find("recurringRuns"), nullptr);
  EXPECT_EQ(all.json().Find("recurringRuns")->as_array().size(), 1U);
  EXPECT_EQ(api.Get(std::string(kAll) + "?experiment_id=" + experiment).Text("total_size"), "1");
  EXPECT_EQ(api.Get(std::string(kAll) + "?filter={\"predicates\":[{\"operation\":1,"
                                        "\"key\":\"display_name\",\"stringValue\":\"x\"}]}")
                .body(),
            "{}");
  EXPECT_EQ(api.Get(std::string(kAll) + "?sort_by=cron").status(), 400);
}

TEST(RecurringRuns, AreEnabledDisabledAndDeleted) {
  TestApi api;
  std::string id = Create(api, Body());
  EXPECT_EQ(api.Post(One(id) + ":disable").body(), "{}");
  EXPECT_EQ(api.Get(One(id)).Text("status"), "DISABLED");
  EXPECT_EQ(api.Post(One(id) + ":enable").body(), "{}");
  EXPECT_EQ(api.Get(One(id)).Text("mode"), "ENABLE");
  EXPECT_EQ(api.Post(One("nope") + ":enable").status(), 404);
  EXPECT_EQ(api.Send("DELETE", One(id) + "?propagation_policy=NEVER").status(), 400);
  EXPECT_EQ(api.Send("DELETE", One(id)).body(), "{}");
  EXPECT_EQ(api.Send("DELETE", One(id)).status(), 404);
}

TEST(RecurringRuns, StopWithTheirExperiment) {
  TestApi api;
  std::string experiment = api.CreateExperiment("e");
  std::string id = Create(api, Body(R"(,"experiment_id":")" + experiment + R"(")"));
  EXPECT_EQ(api.Post("/apis/v2beta1/experiments/" + experiment + ":archive").status(), 200);
  EXPECT_EQ(api.Get(One(id)).Text("status"), "DISABLED");
  EXPECT_EQ(api.Post(One(id) + ":enable").status(), 400);
  EXPECT_EQ(api.Post("/apis/v2beta1/experiments/" + experiment + ":unarchive").status(), 200);
  EXPECT_EQ(api.Get(One(id)).Text("status"), "DISABLED");
  EXPECT_EQ(api.Post(One(id) + ":enable").status(), 200);
}

TEST(RecurringRuns, AreRefusedForWhatIsWrong) {
  TestApi api;
  struct Case {
    std::string body;
    int status;
    const char* word;
  };
  auto trigger = [](const std::string& text) { return Body("", text); };
  const Case cases[] = {
      {"{}", 400, "needs a name"},
      {R"({"display_name":"x"})", 400, "needs a pipeline"},
      {trigger("{}"), 400, "when runs are due"},
      {trigger(R"({"periodic_schedule":{}})"), 400, "interval_second"},
      {trigger(R"({"periodic_schedule":{"interval_second":"x"}})"), 400, "whole number"},
      {trigger(R"({"periodic_schedule":{"interval_second":-1}})"), 400, "at least 1"},
      {trigger(R"({"cron_schedule":{}})"), 400, "needs a cron"},
      {trigger(R"({"cron_schedule":{"cron":"* * *"}})"), 400, "six fields"},
      {trigger(R"({"cron_schedule":{"cron":"0 0 25 * * *"}})"), 400, "hour '25'"},
      {trigger(R"({"cron_schedule":{"cron":"@daily","start_time":"soon"}})"), 400, "time"},
      {trigger(R"({"cron_schedule":{"cron":"@daily"},"periodic_schedule":{"interval_second":1}})"),
       400, "both"},
      {trigger(R"({"cron_schedule":{"cron":"@daily","start_time":"2027-01-01T00:00:00Z",)"
               R"("end_time":"2026-01-01T00:00:00Z"}})"),
       400, "end_time"},
      {Body("", R"({"periodic_schedule":{"interval_second":1}})", "0"), 400, "max_concurrency"},
      {Body("", R"({"periodic_schedule":{"interval_second":1}})", "11"), 400, "max_concurrency"},
      {Body(R"(,"mood":1)"), 400, "no field 'mood'"},
      {Body(R"(,"experiment_id":"nope")"), 404, "not found"},
      {R"({"display_name":"x","max_concurrency":1,"pipeline_version_reference":{"pipeline_id":"p"},)"
       R"("trigger":{"cron_schedule":{"cron":"@daily"}}})",
       404, "Pipeline p not found"},
  };
  for (const Case& wrong : cases) {
    auto response = api.Post(kAll, wrong.body);
    EXPECT_EQ(response.status(), wrong.status) << wrong.body;
    EXPECT_NE(response.body().find(wrong.word), std::string::npos) << response.body();
  }
  EXPECT_EQ(api.Get(kAll).body(), "{}");
}

}  // namespace
}  // namespace penstock::kfp
