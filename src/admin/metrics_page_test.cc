// SPDX-License-Identifier: Apache-2.0
#include "admin/metrics_page.h"

#include <gmock/gmock.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

using testing::HasSubstr;

net::Request Asking(std::string path, std::string peer) {
  net::Request request;
  request.head.method = "GET";
  request.head.path = std::move(path);
  request.peer = std::move(peer);
  return request;
}

TEST(Metrics, AreForThisMachineAlone) {
  for (const char* path : {"/metrics", "/minio/v2/metrics/cluster"}) {
    EXPECT_TRUE(MaySeeMetrics(Asking(path, "127.0.0.1:5"), {})) << path;
    EXPECT_TRUE(MaySeeMetrics(Asking(path, "[::1]:5"), {})) << path;
    EXPECT_FALSE(MaySeeMetrics(Asking(path, "192.0.2.1:5"), {})) << path;
    EXPECT_FALSE(MaySeeMetrics(Asking(path, "[2001:db8::127]:5"), {})) << path;
  }
  EXPECT_FALSE(MaySeeMetrics(Asking("/metrics/", "127.0.0.1:5"), {}));
}

// What a proxy on this machine passes on does not come from this machine.
TEST(Metrics, AreNotForThoseBehindAProxy) {
  for (const char* name : {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"}) {
    net::Request request = Asking("/metrics", "127.0.0.1:5");
    request.head.headers.Set(name, "192.0.2.1");
    EXPECT_FALSE(MaySeeMetrics(request, {})) << name;
  }
}

TEST(Metrics, TakeAToken) {
  net::Request request = Asking("/metrics", "192.0.2.1:5");
  request.head.headers.Set("Authorization", "Bearer let-me-in");
  EXPECT_TRUE(MaySeeMetrics(request, {"let-me-in"}));
  EXPECT_FALSE(MaySeeMetrics(request, {"let-me-out"}));
  EXPECT_FALSE(MaySeeMetrics(request, {""}));
  request.head.headers.Set("Authorization", "Bearer ");
  EXPECT_FALSE(MaySeeMetrics(request, {""}));
}

// Signed requests and listings are S3's: there may be a bucket of that name.
TEST(Metrics, LeaveABucketOfThatNameAlone) {
  net::Request request = Asking("/metrics", "127.0.0.1:5");
  request.head.query = "list-type=2";
  EXPECT_FALSE(MaySeeMetrics(request, {}));
  request.head.query = "";
  request.head.headers.Set("Authorization", "AWS4-HMAC-SHA256 Credential=…");
  EXPECT_FALSE(MaySeeMetrics(request, {}));
  request = Asking("/metrics", "127.0.0.1:5");
  request.head.method = "PUT";
  EXPECT_FALSE(MaySeeMetrics(request, {}));
}

TEST(Metrics, TellAboutServerRequestsAndProcess) {
  TestAdmin admin;
  ASSERT_EQ(admin.Get("/info").status, 200);
  ASSERT_EQ(admin.Get("/nothing").status, 404);
  std::string text = admin.Metrics();
  EXPECT_THAT(text, HasSubstr("penstock_build_info{version=\"0.0.1\",commit=\"abc\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{operation=\"admin:ServerInfo\",status=\"200\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("penstock_s3_errors_total{code=\"NoSuchPath\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("process_resident_memory_bytes "));
  EXPECT_THAT(text, HasSubstr("penstock_index_file_bytes{position=\"0\"} "));
  EXPECT_THAT(text, HasSubstr("penstock_index_writes_stopped{position=\"0\"} 0\n"));
}

TEST(Metrics, CountFailuresToProveWhoOneIs) {
  TestAdmin admin;
  std::string counter = "penstock_authentication_failures_total{code=\"SignatureDoesNotMatch\"} ";
  EXPECT_THAT(admin.Metrics(), HasSubstr(counter + "0\n"));
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, {"ROOTKEY", "wrong", ""}).status, 403);
  EXPECT_THAT(admin.Metrics(), HasSubstr(counter + "1\n"));
}

}  // namespace
}  // namespace penstock::admin
