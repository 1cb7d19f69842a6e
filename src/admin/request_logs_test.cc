// SPDX-License-Identifier: Apache-2.0
#include "admin/request_logs.h"

#include <cstdlib>
#include <filesystem>
#include <mutex>

#include <gmock/gmock.h>

#include "net/http_server.h"
#include "text/json.h"

namespace penstock::admin {
namespace {

using testing::HasSubstr;

class Receiver final : public net::Handler {
 public:
  void Handle(net::Request& request, net::ResponseWriter& response) override {
    std::string body = base::ReadAll(*request.body, 1 << 20).value();
    std::lock_guard lock(mutex_);
    bodies_.push_back(std::move(body));
    tokens_.push_back(request.head.headers.GetOr("authorization", ""));
    static_cast<void>(response.Send(200, {}, ""));
  }
  std::vector<std::string> bodies() {
    std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::vector<std::string> tokens() {
    std::lock_guard lock(mutex_);
    return tokens_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::vector<std::string> tokens_;
};

TEST(RequestLogs, PostWhatIsAudited) {
  char folder[] = "/tmp/penstock-request-logs-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  base::NullLogger logger;
  Receiver receiver;
  net::ServerOptions server_options;
  server_options.address = "127.0.0.1";
  auto server = net::HttpServer::Listen(server_options, receiver, logger).value();
  auto files = sys::MakePosixFileSystem();
  {
    RequestLogs logs;
    Observers observers;
    RequestLogTargets targets;
    targets.webhook_directory = std::string(folder) + "/queue";
    targets.audit_webhook.emplace();
    targets.audit_webhook->name = "audit";
    targets.audit_webhook->url = "http://127.0.0.1:" + std::to_string(server->port()) + "/in";
    targets.audit_webhook->token = "let-me-in";
    ASSERT_TRUE(logs.Open(targets, *files, logger, observers));
    s3::RequestRecord record;
    record.method = "GET";
    record.operation = "GetObject";
    observers.Ended(record);
    record.method = "DELETE";
    record.operation = "DeleteObject";
    record.key = "gone";
    observers.Ended(record);
    for (int i = 0; i < 1000 && receiver.bodies().empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_EQ(receiver.bodies().size(), 1u);
    EXPECT_EQ(text::ParseJson(receiver.bodies()[0])->StringOr("key", ""), "gone");
    EXPECT_EQ(receiver.tokens()[0], "Bearer let-me-in");
    base::MetricsWriter writer;
    logs.Write(writer);
    std::string text = writer.Take();
    EXPECT_THAT(text, HasSubstr("penstock_log_lines_dropped_total{log=\"audit-webhook\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("penstock_audit_webhook_waiting_bytes "));
  }
  server->Stop(std::chrono::milliseconds(0));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace penstock::admin
