// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

class ArtifactDownloadTest : public testing::Test {
 protected:
  ArtifactDownloadTest() {
    metadata::Task task;
    task.id = "t1";
    task.run_id = api_.CreateRun("r");
    task.name = "train";
    task.created_at = api_.clock.Now();
    api_.Store(task);
    metadata::Artifact artifact;
    artifact.id = "a1";
    artifact.name = "model";
    artifact.uri = "minio://bucket/r/model";
    artifact.created_at = api_.clock.Now();
    api_.Store(artifact, {"a1", "t1", task.run_id, metadata::ArtifactUse::kOutput, "model", 0});
    api_.artifacts.objects["minio://bucket/r/model"] = "0123456789";
  }

  RecordedResponse Get(const net::Headers& headers) {
    return api_.Send("GET", "/apis/v2beta1/artifacts/a1:download", "", headers);
  }

  TestApi api_;
};

TEST_F(ArtifactDownloadTest, SendsTheRangeThatIsAskedFor) {
  struct Case {
    const char* range;
    int status;
    const char* body;
    const char* content_range;
  };
  for (const Case& one : {
           Case{"", 200, "0123456789", ""},
           Case{"bytes=2-4", 206, "234", "bytes 2-4/10"},
           Case{"bytes=7-", 206, "789", "bytes 7-9/10"},
           Case{"bytes=-3", 206, "789", "bytes 7-9/10"},
           Case{"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
           Case{"bytes=8-99", 206, "89", "bytes 8-9/10"},
           // What cannot be read as one range asks for everything.
           Case{"bytes=1-2,4-5", 200, "0123456789", ""},
           Case{"lines=1-2", 200, "0123456789", ""},
           Case{"bytes=4-2", 200, "0123456789", ""},
       }) {
    net::Headers headers;
    if (*one.range != '\0') headers.Set("Range", one.range);
    auto answer = Get(headers);
    EXPECT_EQ(answer.status(), one.status) << one.range;
    EXPECT_EQ(answer.body(), one.body) << one.range;
    EXPECT_EQ(answer.header("Content-Range"), one.content_range) << one.range;
    EXPECT_EQ(answer.header("Accept-Ranges"), "bytes");
    EXPECT_EQ(answer.header("Content-Type"), "application/octet-stream");
  }
}

TEST_F(ArtifactDownloadTest, SaysHowLongItIsToWhoAsksBehindItsEnd) {
  for (const char* range : {"bytes=10-", "bytes=-0"}) {
    net::Headers headers;
    headers.Set("Range", range);
    auto answer = Get(headers);
    EXPECT_EQ(answer.status(), 416) << range;
    EXPECT_EQ(answer.header("Content-Range"), "bytes */10");
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_NE(answer.Text("message").find("10 bytes"), std::string::npos) << answer.body();
  }
}

TEST_F(ArtifactDownloadTest, SendsAllOfItWhereThePartIsOfAnother) {
  const std::string tag = Get({}).header("ETag");
  ASSERT_FALSE(tag.empty());
  for (const auto& [if_range, status] : std::map<std::string, int>{
           {tag, 206},
           {"\"another\"", 200},
           {"W/" + tag, 200},
           {"Thu, 26 Nov 2026 10:00:00 GMT", 200},
       }) {
    net::Headers headers;
    headers.Set("Range", "bytes=5-");
    headers.Set("If-Range", if_range);
    EXPECT_EQ(Get(headers).status(), status) << if_range;
  }
}

}  // namespace
}  // namespace penstock::kfp
