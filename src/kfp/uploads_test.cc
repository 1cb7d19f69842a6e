// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kfp/call.h"
#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

using text::Json;

constexpr std::string_view kUpload = "/apis/v2beta1/pipelines/upload";
constexpr std::string_view kUploadVersion = "/apis/v2beta1/pipelines/upload_version";

std::string With(std::string_view target, std::string_view query) {
  return std::string(target) + "?" + std::string(query);
}

// Uploads must fail with that status and name the cause in their own form.
void ExpectRefused(const RecordedResponse& response, int status, std::string_view cause) {
  EXPECT_EQ(response.status(), status) << response.body();
  EXPECT_NE(response.Text("error_message").find(cause), std::string::npos) << response.body();
  EXPECT_NE(response.Text("error_details"), "");
  EXPECT_EQ(response.json().Find("code"), nullptr);
}

TEST(Uploads, MakeAPipelineWithItsFirstVersion) {
  TestApi api;
  auto made = api.Upload(With(kUpload, "name=My+Pipe&description=d+d&namespace="), "p.yaml",
                         ReadTestFile("add.yaml"));
  ASSERT_EQ(made.status(), 200) << made.body();
  EXPECT_EQ(made.Text("display_name"), "My Pipe");
  EXPECT_EQ(made.Text("description"), "d d");
  auto versions = api.Get("/apis/v2beta1/pipelines/" + made.Text("pipeline_id") + "/versions");
  Json version = versions.json().Find("pipeline_versions")->as_array()[0];
  EXPECT_EQ(version.StringOr("name", ""), "My Pipe");
  EXPECT_EQ(text::FormatJson(*version.Find("pipeline_spec")), AddSpec());
}

TEST(Uploads, AddVersions) {
  TestApi api;
  std::string id = api.UploadPipeline("p");
  auto made = api.Upload(
      With(kUploadVersion,
           "name=v2&pipelineid=" + id +
               "&code_source_url=https%3A%2F%2Fexample.org&tags=" + "%7B%22a%22%3A%22b%22%7D"),
      "p.zip", ReadTestFile("packages/deflated.zip"));
  ASSERT_EQ(made.status(), 200) << made.body();
  EXPECT_EQ(made.Text("pipeline_id"), id);
  EXPECT_EQ(made.Text("name"), "v2");
  EXPECT_EQ(made.Text("code_source_url"), "https://example.org");
  EXPECT_EQ(made.Text("tags.a"), "b");
}

TEST(Uploads, KeepThePlatformDocumentBesideTheSpec) {
  TestApi api;
  auto made = api.Upload(kUpload, "p.yaml",
                         ReadTestFile("add.yaml") + "---\n" + ReadTestFile("platform.yaml"));
  ASSERT_EQ(made.status(), 200) << made.body();
  auto versions = api.Get("/apis/v2beta1/pipelines/" + made.Text("pipeline_id") + "/versions");
  Json spec = *versions.json().Find("pipeline_versions")->as_array()[0].Find("pipeline_spec");
  EXPECT_EQ(text::FormatJson(*spec.Find("pipeline_spec")), AddSpec());
  EXPECT_NE(spec.Find("platform_spec")->Find("platforms"), nullptr);
}

TEST(Uploads, TakeNamesFromWhereTheyAre) {
  TestApi api;
  std::string content = ReadTestFile("add.yaml");
  EXPECT_EQ(api.Upload(kUpload, "file.yaml", content).Text("name"), "file.yaml");
  auto shown = api.Upload(With(kUpload, "display_name=Shown"), "p.yaml", content);
  EXPECT_EQ(shown.Text("name"), "Shown");
  auto both = api.Upload(With(kUpload, "name=n&display_name=d"), "p.yaml", content);
  EXPECT_EQ(both.Text("name"), "n");
  EXPECT_EQ(both.Text("display_name"), "d");
}

TEST(Uploads, AreRefusedForTheirContent) {
  TestApi api;
  ExpectRefused(api.Upload(kUpload, "p.yaml", ""), 400, "empty");
  ExpectRefused(api.Upload(kUpload, "p.png", "\x89PNG"), 400, "no pipeline package");
  ExpectRefused(api.Upload(kUpload, "p.zip", ReadTestFile("packages/empty.zip")), 400, "no file");
  ExpectRefused(api.Upload(kUpload, "p.zip", ReadTestFile("packages/bomb.zip")), 400, "larger");
  ExpectRefused(api.Upload(kUpload, "p.yaml", "a: [b"), 400, "");
  ExpectRefused(api.Upload(kUpload, "p.yaml", "a: b"), 400, "");
  ExpectRefused(api.Send("POST", kUpload, "{}"), 400, "multipart/form-data");
}

TEST(Uploads, AreRefusedForTheirNames) {
  TestApi api;
  std::string content = ReadTestFile("add.yaml");
  std::string id = api.UploadPipeline("p");
  ExpectRefused(api.Upload(With(kUpload, "name=p"), "p.yaml", content), 409, "p");
  ExpectRefused(api.Upload(With(kUploadVersion, "name=p&pipelineid=" + id), "p.yaml", content), 409,
                "p");
  ExpectRefused(api.Upload(With(kUploadVersion, "name=v&pipelineid=nope"), "p.yaml", content), 404,
                "nope");
  ExpectRefused(api.Upload(With(kUploadVersion, "name=v"), "p.yaml", content), 400, "pipelineid");
  ExpectRefused(api.Upload(With(kUpload, "name=" + std::string(128, 'x')), "p.yaml", content), 400,
                "127");
  ExpectRefused(api.Upload(With(kUpload, "name=q&tags=nope"), "p.yaml", content), 400, "tags");
}

TEST(Uploads, LeaveNothingBehindWhenRefused) {
  TestApi api;
  ExpectRefused(api.Upload(With(kUpload, "name=p"), "p.yaml", "a: b"), 400, "");
  EXPECT_EQ(api.Get("/apis/v2beta1/pipelines").body(), "{}");
}

TEST(Uploads, AreBounded) {
  TestApi api;
  ExpectRefused(api.Upload(kUpload, "p.yaml", std::string(kMaxPackageBytes + (1 << 20), ' ')), 400,
                "MiB");
}

}  // namespace
}  // namespace penstock::kfp
