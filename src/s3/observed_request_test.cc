// SPDX-License-Identifier: Apache-2.0
#include "s3/observed_request.h"

#include <vector>

#include <gtest/gtest.h>

#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

// Keeps what a record says beyond its time.
struct Seen {
  std::string method, operation, access_key, user, bucket, key, version_id, error_code;
  int status;
  uint64_t bytes_in, bytes_out;
  bool bypass;
};

class Recorder final : public RequestObserver {
 public:
  void Began() override { ++began; }
  void Ended(const RequestRecord& r) override {
    seen.push_back({std::string(r.method), std::string(r.operation), std::string(r.access_key),
                    std::string(r.user), std::string(r.bucket), std::string(r.key),
                    std::string(r.version_id), std::string(r.error_code), r.status, r.bytes_in,
                    r.bytes_out, r.bypass_governance});
  }
  int began = 0;
  std::vector<Seen> seen;
};

S3Options Observed(Recorder& recorder) {
  S3Options options;
  options.observer = &recorder;
  return options;
}

TEST(ObservedRequest, TellsWhatWasDone) {
  Recorder recorder;
  TestService service(Observed(recorder));
  service.Put("/bucket");
  service.Put("/bucket/some%20key", "12345");
  service.Get("/bucket/some%20key");
  ASSERT_EQ(recorder.seen.size(), 3u);
  EXPECT_EQ(recorder.began, 3);
  const Seen& put = recorder.seen[1];
  EXPECT_EQ(put.method, "PUT");
  EXPECT_EQ(put.operation, "PutObject");
  EXPECT_EQ(put.bucket, "bucket");
  EXPECT_EQ(put.key, "some key");
  EXPECT_EQ(put.access_key, "ROOTKEY");
  EXPECT_EQ(put.user, "penstock");
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.bytes_in, 5u);
  EXPECT_EQ(put.error_code, "");
  EXPECT_EQ(recorder.seen[2].operation, "GetObject");
  EXPECT_EQ(recorder.seen[2].bytes_out, 5u);
}

TEST(ObservedRequest, TellsWhatWasRefused) {
  Recorder recorder;
  TestService service(Observed(recorder));
  service.Get("/bucket/key");
  service.SendUnsigned("GET", "/");
  TestRequest remove{"DELETE", "/bucket/key?versionId=v1"};
  remove.headers = {{"x-amz-bypass-governance-retention", "true"}};
  service.Send(remove);
  ASSERT_EQ(recorder.seen.size(), 3u);
  EXPECT_EQ(recorder.seen[0].error_code, "NoSuchBucket");
  EXPECT_EQ(recorder.seen[0].status, 404);
  EXPECT_EQ(recorder.seen[1].error_code, "AccessDenied");
  EXPECT_EQ(recorder.seen[1].access_key, "");
  EXPECT_TRUE(recorder.seen[2].bypass);
  EXPECT_EQ(recorder.seen[2].version_id, "v1");
}

TEST(ObservedRequest, HealthProbesAreNotTold) {
  Recorder recorder;
  TestService service(Observed(recorder));
  EXPECT_EQ(service.SendUnsigned("GET", "/minio/health/live").status, 200);
  EXPECT_TRUE(recorder.seen.empty());
}

}  // namespace
}  // namespace penstock::s3
