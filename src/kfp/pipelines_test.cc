// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

using text::Json;

constexpr std::string_view kAll = "/apis/v2beta1/pipelines";

std::string One(const std::string& id, std::string_view rest = "") {
  return std::string(kAll) + "/" + id + std::string(rest);
}

TEST(Pipelines, AreCreatedWithoutAVersion) {
  TestApi api;
  auto made = api.Post(kAll, R"({"display_name": "My Pipe", "tags": {"team": "census"}})");
  ASSERT_EQ(made.status(), 200) << made.body();
  std::string id = made.Text("pipeline_id");
  EXPECT_EQ(made.Text("name"), "My Pipe");
  EXPECT_EQ(made.Text("display_name"), "My Pipe");
  EXPECT_EQ(made.Text("tags.team"), "census");
  EXPECT_EQ(api.Get(One(id)).body(), made.body());
  EXPECT_EQ(api.Get(One("names/My%20Pipe")).body(), made.body());
  EXPECT_EQ(api.Get(One(id, "/versions")).body(), "{}");
}

TEST(Pipelines, NeedAFreeNameOfLimitedLength) {
  TestApi api;
  EXPECT_EQ(api.Post(kAll, R"({"name": "p"})").status(), 200);
  EXPECT_EQ(api.Post(kAll, R"({"name": "p"})").status(), 409);
  EXPECT_EQ(api.Post(kAll, "{}").status(), 400);
  EXPECT_EQ(api.Post(kAll, R"({"name": ")" + std::string(129, 'x') + "\"}").status(), 400);
  EXPECT_EQ(api.Post(kAll, R"({"name": "q", "tags": {"a.b": ""}})").status(), 400);
}

TEST(Pipelines, ChangeInDisplayNameAndTagsOnly) {
  TestApi api;
  std::string id = api.Post(kAll, R"({"name": "p", "tags": {"a": "1"}})").Text("pipeline_id");
  auto renamed = api.Send("PATCH", One(id), R"({"display_name": "P", "name": "q"})");
  EXPECT_EQ(renamed.Text("display_name"), "P");
  EXPECT_EQ(renamed.Text("name"), "p");
  EXPECT_EQ(renamed.Text("tags.a"), "1");
  EXPECT_EQ(api.Send("PATCH", One(id), R"({"tags": {"b": "2"}})").Text("tags"), R"({"b":"2"})");
  auto cleared = api.Send("PATCH", One(id), R"({"tags":{}})");
  EXPECT_EQ(cleared.json().Find("tags"), nullptr);
  EXPECT_EQ(cleared.Text("display_name"), "P");
  EXPECT_EQ(api.Get(One(id)).body(), cleared.body());
  EXPECT_EQ(api.Send("PATCH", One("nope"), "{}").status(), 404);
}

TEST(Pipelines, GoOnlyWithTheirVersions) {
  TestApi api;
  std::string id = api.UploadPipeline("p");
  auto refused = api.Send("DELETE", One(id));
  EXPECT_EQ(refused.status(), 400);
  EXPECT_EQ(refused.json().IntegerOr("code", 0), 9);
  EXPECT_EQ(api.Send("DELETE", One(id, "?cascade=maybe")).status(), 400);
  EXPECT_EQ(api.Send("DELETE", One(id, "?cascade=true")).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).status(), 404);
  EXPECT_EQ(api.Send("DELETE", One(id, "?cascade=true")).status(), 404);
}

TEST(Pipelines, AreFetchedOnlyFromWhereTheRulesAllow) {
  TestApi api;
  auto response = api.Post(One("create"), R"({"pipeline": {"display_name": "p"}, )"
                                          R"("pipeline_version": {"package_url": )"
                                          R"({"pipeline_url": "http://example.org/p.yaml"}}})");
  EXPECT_EQ(response.status(), 403);
  EXPECT_EQ(response.json().IntegerOr("code", 0), 7);
  EXPECT_EQ(api.Post(One("create"), R"({"pipeline": {"display_name": "p"}, )"
                                    R"("pipeline_version": {"package_url": )"
                                    R"({"pipeline_url": "https://127.0.0.1:1/p.yaml"}}})")
                .status(),
            403);
  EXPECT_EQ(api.Post(One("create"), R"({"pipeline": {"display_name": "p"}})").status(), 400);
  EXPECT_EQ(api.Get(kAll).body(), "{}");
  EXPECT_EQ(api.Post(One("create"), R"({"pipeline": {"nope": 1}})").status(), 400);
}

TEST(PipelineVersions, AreListedReadChangedAndDeleted) {
  TestApi api;
  std::string id = api.UploadPipeline("p");
  auto list = api.Get(One(id, "/versions"));
  ASSERT_NE(list.json().Find("pipeline_versions"), nullptr) << list.body();
  Json first = list.json().Find("pipeline_versions")->as_array()[0];
  std::string version = first.StringOr("pipeline_version_id", "");
  EXPECT_EQ(first.StringOr("name", ""), "p");
  EXPECT_EQ(text::FormatJson(*first.Find("pipeline_spec")), AddSpec());

  auto got = api.Get(One(id, "/versions/" + version));
  EXPECT_EQ(got.json(), first);
  EXPECT_EQ(api.Get(One("any", "/versions/" + version)).json(), first);
  EXPECT_EQ(api.Get(One("any", "/versions")).status(), 404);

  auto changed = api.Send("PATCH", One(id, "/versions/" + version),
                          R"({"display_name": "P 1", "tags": {"a": "b"}})");
  EXPECT_EQ(changed.Text("display_name"), "P 1");
  EXPECT_EQ(changed.Text("tags.a"), "b");

  EXPECT_EQ(api.Send("DELETE", One(id, "/versions/" + version)).body(), "{}");
  EXPECT_EQ(api.Get(One(id, "/versions/" + version)).status(), 404);
  EXPECT_EQ(api.Send("DELETE", One(id, "/versions/" + version)).status(), 404);
  EXPECT_EQ(api.Send("DELETE", One(id)).body(), "{}");
}

TEST(PipelineVersions, AreMadeFromASpec) {
  TestApi api;
  std::string id = api.Post(kAll, R"({"name": "p"})").Text("pipeline_id");
  std::string body = R"({"pipeline_id": ")" + id + R"(", "display_name": "v1", "pipeline_spec": )" +
                     AddSpec() + "}";
  auto made = api.Post(One(id, "/versions"), body);
  ASSERT_EQ(made.status(), 200) << made.body();
  EXPECT_EQ(made.Text("name"), "v1");
  EXPECT_EQ(api.Post(One(id, "/versions"), body).status(), 409);
  EXPECT_EQ(api.Post(One("other", "/versions"), body).status(), 400);
  EXPECT_EQ(api.Post(One(id, "/versions"), R"({"name": "v2"})").status(), 400);
  EXPECT_EQ(api.Post(One(id, "/versions"),
                     R"({"name": "v2", "package_url": {"pipeline_url": "file:///a"}})")
                .status(),
            400);
}

}  // namespace
}  // namespace penstock::kfp
