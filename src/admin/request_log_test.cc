// SPDX-License-Identifier: Apache-2.0
#include "admin/request_log.h"

#include <gtest/gtest.h>

#include "text/json.h"

namespace penstock::admin {
namespace {

s3::RequestRecord Record(std::string_view method, std::string_view operation) {
  s3::RequestRecord record;
  record.began = base::FromMicros(1'795'421'350'000'000);
  record.duration = std::chrono::microseconds(1234);
  record.id = "0123456789abcdef";
  record.peer = "127.0.0.1:1";
  record.method = method;
  record.operation = operation;
  record.status = 200;
  return record;
}

TEST(RequestLog, LinesAreJson) {
  s3::RequestRecord record = Record("PUT", "PutObject");
  record.bucket = "photos";
  record.key = "a \"quoted\"\nkey \xff";
  record.user_agent = "curl/8";
  record.bytes_in = 7;
  record.tls = true;
  std::string line = FormatRecord(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  text::Json json = text::ParseJson(line).value();
  EXPECT_EQ(json.StringOr("time", ""), "2026-11-23T08:09:10Z");
  EXPECT_EQ(json.StringOr("key", ""), "a \"quoted\"\nkey \xEF\xBF\xBD");
  EXPECT_EQ(json.IntegerOr("bytes_in", 0), 7);
  EXPECT_EQ(json.IntegerOr("duration_us", 0), 1234);
  EXPECT_TRUE(json.BoolOr("tls", false));
  EXPECT_EQ(json.Find("error"), nullptr);
}

TEST(RequestLog, AuditsWhatOthersRelyOn) {
  for (auto [method, operation] : {std::pair{"DELETE", "DeleteObject"},
                                   {"POST", "DeleteObjects"},
                                   {"PUT", "CreateBucket"},
                                   {"PUT", "PutBucketPolicy"},
                                   {"PUT", "PutObjectRetention"},
                                   {"PUT", "PutObjectLegalHold"},
                                   {"PUT", "admin:CreateUser"},
                                   {"DELETE", "DeleteBucketLifecycle"}}) {
    EXPECT_TRUE(IsAudited(Record(method, operation))) << operation;
  }
  for (auto [method, operation] : {std::pair{"GET", "GetObject"},
                                   {"HEAD", "HeadObject"},
                                   {"PUT", "PutObject"},
                                   {"PUT", "UploadPart"},
                                   {"POST", "CompleteMultipartUpload"},
                                   {"GET", "admin:ListUsers"}}) {
    EXPECT_FALSE(IsAudited(Record(method, operation))) << operation;
  }
  s3::RequestRecord bypass = Record("PUT", "PutObject");
  bypass.bypass_governance = true;
  EXPECT_TRUE(IsAudited(bypass));
}

}  // namespace
}  // namespace penstock::admin
