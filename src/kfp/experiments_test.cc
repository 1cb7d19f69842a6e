// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kfp/test_api.h"
#include "text/url.h"

namespace penstock::kfp {
namespace {

constexpr std::string_view kAll = "/apis/v2beta1/experiments";

std::string One(const std::string& id, std::string_view verb = "") {
  return std::string(kAll) + "/" + id + std::string(verb);
}

TEST(Experiments, HaveADefaultFromTheStart) {
  TestApi api;
  // As the SDK looks one up.
  auto list = api.Get(
      "/apis/v2beta1/experiments?filter=%7B%22predicates%22%3A+%5B%7B%22operation%22%3A+1%2C+"
      "%22key%22%3A+%22display_name%22%2C+%22stringValue%22%3A+%22Default%22%7D%5D%7D&namespace=");
  ASSERT_EQ(list.status(), 200) << list.body();
  ASSERT_EQ(list.json().Find("experiments")->as_array().size(), 1u);
  EXPECT_EQ(list.json().Find("total_size")->as_integer(), 1);
}

TEST(Experiments, AreCreatedAndRead) {
  TestApi api;
  auto made = api.Post(kAll, R"({"display_name": "n\u00e4me \"x\" 100%", "namespace": "",)"
                             R"( "description": "why"})");
  ASSERT_EQ(made.status(), 200) << made.body();
  EXPECT_EQ(made.header("Content-Type"), "application/json");
  std::string id = made.Text("experiment_id");
  EXPECT_EQ(made.body(),
            R"({"created_at":"2023-11-14T22:13:21Z","description":"why","display_name":"näme )"
            R"(\"x\" 100%","experiment_id":")" +
                id +
                R"(","last_run_created_at":"1970-01-01T00:00:00Z","storage_state":"AVAILABLE"})");
  EXPECT_EQ(api.Get(One(id)).body(), made.body());
}

TEST(Experiments, AreFoundByAFilterWithPercentSigns) {
  TestApi api;
  std::string id = api.CreateExperiment("100% +1");
  std::string filter = R"({"predicates":[{"operation":"EQUALS","key":"display_name",)"
                       R"("string_value":"100% +1"}]})";
  std::string once = text::PercentEncode(filter);
  for (const std::string& encoded : {once, text::PercentEncode(once)}) {
    auto list = api.Get(std::string(kAll) + "?filter=" + encoded);
    ASSERT_NE(list.json().Find("experiments"), nullptr) << list.body();
    EXPECT_EQ(list.json().Find("experiments")->as_array()[0].StringOr("experiment_id", ""), id);
  }
}

TEST(Experiments, NeedAFreeName) {
  TestApi api;
  api.CreateExperiment("one");
  auto again = api.Post(kAll, R"({"displayName": "one"})");
  EXPECT_EQ(again.status(), 409);
  EXPECT_EQ(again.json().IntegerOr("code", 0), 6);
  EXPECT_EQ(api.Post(kAll, "{}").status(), 400);
  EXPECT_EQ(api.Post(kAll, "").status(), 400);
  EXPECT_EQ(api.Post(kAll, R"({"display_name": "x", "nope": 1})").status(), 400);
  EXPECT_EQ(api.Post(kAll, R"({"display_name": ")" + std::string(129, 'x') + "\"}").status(), 400);
}

TEST(Experiments, TakeTheirRunsIntoTheArchiveButNotOut) {
  TestApi api;
  std::string run = api.CreateRun("r");
  std::string id = api.Get("/apis/v2beta1/runs/" + run).Text("experiment_id");
  EXPECT_EQ(api.Post(One(id, ":archive")).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).Text("storage_state"), "ARCHIVED");
  EXPECT_EQ(api.Get("/apis/v2beta1/runs/" + run).Text("storage_state"), "ARCHIVED");

  auto too_early = api.Post("/apis/v2beta1/runs/" + run + ":unarchive");
  EXPECT_EQ(too_early.status(), 400);
  EXPECT_EQ(too_early.json().IntegerOr("code", 0), 9);

  EXPECT_EQ(api.Post(One(id, ":unarchive")).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).Text("storage_state"), "AVAILABLE");
  EXPECT_EQ(api.Get("/apis/v2beta1/runs/" + run).Text("storage_state"), "ARCHIVED");
  EXPECT_EQ(api.Post("/apis/v2beta1/runs/" + run + ":unarchive").status(), 200);
}

TEST(Experiments, AreDeletedButForTheDefault) {
  TestApi api;
  std::string id = api.CreateExperiment("one");
  EXPECT_EQ(api.Send("DELETE", One(id)).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).status(), 404);
  EXPECT_EQ(api.Send("DELETE", One(id)).status(), 404);
  EXPECT_EQ(api.Post(One(id, ":archive")).status(), 404);

  std::string run = api.CreateRun("r");
  std::string standard = api.Get("/apis/v2beta1/runs/" + run).Text("experiment_id");
  auto refused = api.Send("DELETE", One(standard));
  EXPECT_EQ(refused.status(), 409);
  EXPECT_EQ(refused.json().IntegerOr("code", 0), 10);
}

TEST(Experiments, ArePaged) {
  TestApi api;
  for (int i = 0; i < 4; ++i) api.CreateExperiment("e" + std::to_string(i));
  std::string token;
  int seen = 0;
  do {
    auto page = api.Get(std::string(kAll) + "?page_size=2&sort_by=display_name%20desc&filter=" +
                        "&namespace=&page_token=" + text::PercentEncode(token));
    ASSERT_EQ(page.status(), 200) << page.body();
    EXPECT_EQ(page.json().IntegerOr("total_size", 0), 5);
    seen += static_cast<int>(page.json().Find("experiments")->as_array().size());
    token = page.Text("next_page_token");
  } while (!token.empty());
  EXPECT_EQ(seen, 5);
}

TEST(Experiments, RefuseWrongListParameters) {
  TestApi api;
  for (const char* query :
       {"?page_size=x", "?page_size=-1", "?pageSize=1.5", "?sort_by=nope", "?page_token=nope",
        "?filter=nope", "?page_size=99999999999", "?page_size=%zz"}) {
    auto response = api.Get(std::string(kAll) + query);
    EXPECT_EQ(response.status(), 400) << query;
    EXPECT_EQ(response.json().IntegerOr("code", 0), 3) << query;
  }
  EXPECT_EQ(api.Get(std::string(kAll) + "?unknown=1&page_size=").status(), 200);
}

}  // namespace
}  // namespace penstock::kfp
