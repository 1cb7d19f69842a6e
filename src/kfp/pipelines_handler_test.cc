// SPDX-License-Identifier: Apache-2.0
#include "kfp/pipelines_handler.h"

#include <gtest/gtest.h>

#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

TEST(PipelinesHandler, TellsItsHealth) {
  TestApi api;
  EXPECT_EQ(api.Get("/apis/v2beta1/healthz").body(),
            R"({"commit_sha":"abc","multi_user":false,"pipeline_store":"database",)"
            R"("tag_name":"1.2.3"})");
  EXPECT_EQ(api.Get("/apis/v1beta1/healthz").json().Find("pipeline_store"), nullptr);
}

TEST(PipelinesHandler, AnswersUnknownPathsAndMethodsPlainly) {
  TestApi api;
  for (const char* path : {"/apis/v2beta1/nope", "/favicon.ico", "/apis/v2beta1/auth",
                           "/pipeline/apis/v2beta1/runs", "/apis/v2beta1/filters"}) {
    auto response = api.Get(path);
    EXPECT_EQ(response.status(), 404) << path;
    EXPECT_EQ(response.body(), R"({"code":5,"message":"Not Found"})") << path;
  }
  auto wrong = api.Send("PUT", "/apis/v2beta1/runs");
  EXPECT_EQ(wrong.status(), 501);
  EXPECT_EQ(wrong.body(), R"({"code":12,"message":"Method Not Allowed"})");
  EXPECT_EQ(api.Post("/apis/v2beta1/runs/x:fly").status(), 501);
  EXPECT_EQ(api.Get("/apis/v2beta1/runs/%zz").status(), 400);
}

TEST(PipelinesHandler, SaysWhichIdIsUnknown) {
  TestApi api;
  auto response = api.Get("/apis/v2beta1/runs/nope");
  EXPECT_EQ(response.status(), 404);
  EXPECT_EQ(response.body(),
            R"({"code":5,"details":[{"@type":"type.googleapis.com/google.rpc.Status","code":5,)"
            R"("message":"Run nope not found"}],)"
            R"("message":"Failed to get a run: Run nope not found"})");
}

TEST(PipelinesHandler, AnswersHeadAndOptions) {
  TestApi api;
  EXPECT_EQ(api.Send("HEAD", "/apis/v2beta1/healthz").status(), 200);
  auto options = api.Send("OPTIONS", "/apis/v2beta1/runs");
  EXPECT_EQ(options.status(), 200);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(api.Send("OPTIONS", "/nope").status(), 404);
}

TEST(PipelinesHandler, HasAFrontPage) {
  TestApi api;
  auto page = api.Get("/");
  EXPECT_EQ(page.status(), 200);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_NE(page.body().find("Penstock"), std::string::npos);
}

TEST(PipelinesHandler, BoundsBodies) {
  TestApi api;
  std::string large = R"({"display_name": ")" + std::string(2 << 20, 'x') + "\"}";
  auto response = api.Post("/apis/v2beta1/experiments", large);
  EXPECT_EQ(response.status(), 400);
  EXPECT_EQ(response.json().IntegerOr("code", 0), 3);
  EXPECT_NE(response.Text("message").find("larger than"), std::string::npos);
}

int Status(TestApi& api, std::string_view method,
           std::initializer_list<std::pair<const char*, const char*>> fields) {
  net::Headers headers;
  headers.Set("Host", "127.0.0.1:8888");
  for (const auto& [name, value] : fields) headers.Set(name, value);
  return api.Send(method, "/apis/v2beta1/experiments", "{}", headers).status();
}

TEST(PipelinesHandler, RefusesChangesFromOtherSites) {
  TestApi api;
  EXPECT_EQ(Status(api, "POST", {{"Origin", "https://evil.example"}}), 403);
  EXPECT_EQ(Status(api, "POST", {{"Origin", "null"}}), 403);
  EXPECT_EQ(Status(api, "POST", {{"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(Status(api, "POST", {{"Sec-Fetch-Site", "same-site"}}), 403);
  EXPECT_EQ(Status(api, "GET", {{"Origin", "https://evil.example"}}), 200);
  // These get as far as being refused for their body.
  EXPECT_EQ(Status(api, "POST", {}), 400);
  EXPECT_EQ(Status(api, "POST", {{"Origin", "http://127.0.0.1:8888"}}), 400);
  EXPECT_EQ(Status(api, "POST", {{"Sec-Fetch-Site", "same-origin"}}), 400);
  EXPECT_EQ(
      Status(api, "POST", {{"Origin", "https://ml.example"}, {"X-Forwarded-Host", "ml.example"}}),
      400);
}

}  // namespace
}  // namespace penstock::kfp
