// SPDX-License-Identifier: Apache-2.0
#include "events/webhook.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include <gmock/gmock.h>

#include "events/notifier.h"
#include "net/http_server.h"

namespace penstock::events {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

// A receiver that answers with the status it is told to.
class Receiver final : public net::Handler {
 public:
  explicit Receiver(uint16_t port = 0) {
    net::ServerOptions options;
    options.port = port;
    server_ = net::HttpServer::Listen(options, *this, logger_).value();
  }
  void Handle(net::Request& request, net::ResponseWriter& response) override {
    std::string body = base::ReadAll(*request.body, 1 << 20).value();
    int answer = answer_(body);
    {
      std::lock_guard lock(mutex_);
      authorization_ = request.head.headers.GetOr("authorization", "");
      if (answer == 200) taken_.push_back(body);
    }
    ++attempts_;
    response.Send(answer, {}, "");
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/x"; }
  std::vector<std::string> taken() {
    std::lock_guard lock(mutex_);
    return taken_;
  }
  std::string authorization() {
    std::lock_guard lock(mutex_);
    return authorization_;
  }

  std::function<int(const std::string&)> answer_ = [](const std::string&) { return 200; };
  std::atomic<int> attempts_{0};

 private:
  base::NullLogger logger_;
  std::mutex mutex_;
  std::vector<std::string> taken_;
  std::string authorization_;
  std::unique_ptr<net::HttpServer> server_;
};

bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

class WebhookTest : public testing::Test {
 protected:
  WebhookTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-wh-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~WebhookTest() override { std::filesystem::remove_all(directory_); }

  WebhookOptions Options(const std::string& url) {
    WebhookOptions options;
    options.name = "hooks";
    options.url = url;
    options.first_pause = milliseconds(5);
    options.most_pause = milliseconds(20);
    return options;
  }
  std::unique_ptr<Webhook> Open(const WebhookOptions& options) {
    return std::make_unique<Webhook>(
        options, EventQueue::Open(directory_ + "/queue", *files_).value(), logger_);
  }

  std::string directory_;
  base::NullLogger logger_;
  std::unique_ptr<sys::FileSystem> files_ = sys::MakePosixFileSystem();
};

TEST_F(WebhookTest, DeliversInOrderWithItsToken) {
  Receiver receiver;
  WebhookOptions options = Options(receiver.url());
  options.token = "let-me-in";
  auto webhook = Open(options);
  for (const char* message : {"1", "2", "3"}) webhook->Send(message);
  ASSERT_TRUE(Eventually([&] { return webhook->delivered() == 3; }));
  EXPECT_THAT(receiver.taken(), ElementsAre("1", "2", "3"));
  EXPECT_EQ(receiver.authorization(), "Bearer let-me-in");
}

TEST_F(WebhookTest, TriesAgainUntilItIsTaken) {
  Receiver receiver;
  receiver.answer_ = [&](const std::string&) { return receiver.attempts_ < 5 ? 503 : 200; };
  auto webhook = Open(Options(receiver.url()));
  webhook->Send("1");
  ASSERT_TRUE(Eventually([&] { return webhook->delivered() == 1; }));
  EXPECT_EQ(webhook->failed(), 5u);
  EXPECT_THAT(receiver.taken(), ElementsAre("1"));
}

TEST_F(WebhookTest, GoesOnAfterARestart) {
  {
    auto webhook = Open(Options("http://127.0.0.1:1/"));
    webhook->Send("1");
    webhook->Send("2");
    ASSERT_TRUE(Eventually([&] { return webhook->failed() > 0; }));
  }
  Receiver receiver;
  auto webhook = Open(Options(receiver.url()));
  ASSERT_TRUE(Eventually([&] { return webhook->delivered() == 2; }));
  EXPECT_THAT(receiver.taken(), ElementsAre("1", "2"));
}

TEST_F(WebhookTest, GivesUpWhatIsRefusedSoThatOthersGetThrough) {
  Receiver receiver;
  receiver.answer_ = [](const std::string& body) { return body == "bad" ? 422 : 200; };
  auto webhook = Open(Options(receiver.url()));
  webhook->Send("bad");
  webhook->Send("good");
  ASSERT_TRUE(Eventually([&] { return webhook->delivered() == 1; }));
  EXPECT_EQ(webhook->lost(), 1u);
  EXPECT_THAT(receiver.taken(), ElementsAre("good"));
}

TEST_F(WebhookTest, NotifierFollowsTheRulesOfTheBucket) {
  Receiver receiver;
  NotifierOptions options{directory_ + "/events", {Options(receiver.url())}};
  auto notifier = Notifier::Open(options, *files_, logger_).value();
  std::string document =
      "<NotificationConfiguration><QueueConfiguration>"
      "<Queue>arn:minio:sqs::hooks:webhook</Queue><Event>s3:ObjectCreated:*</Event>"
      "<Filter><S3Key><FilterRule><Name>suffix</Name><Value>.jpg</Value></FilterRule></S3Key>"
      "</Filter></QueueConfiguration></NotificationConfiguration>";
  BucketRules none{"photos", 1, nullptr};
  BucketRules rules{"photos", 2, &document};
  EXPECT_FALSE(notifier->IsWanted(none));
  EXPECT_TRUE(notifier->IsWanted(rules));
  Event event;
  event.bucket = "photos";
  for (auto [name, key] : {std::pair{"s3:ObjectCreated:Put", "a.png"},
                           {"s3:ObjectRemoved:Delete", "a.jpg"},
                           {"s3:ObjectCreated:Copy", "b.jpg"}}) {
    event.name = name;
    event.key = key;
    notifier->Announce(event, rules);
  }
  notifier->Announce(event, none);
  ASSERT_TRUE(Eventually([&] { return receiver.taken().size() == 1; }));
  EXPECT_THAT(receiver.taken()[0], testing::HasSubstr("\"Key\":\"photos/b.jpg\""));
  // Rules that have changed are read again.
  std::string changed = document;
  changed.replace(changed.find(".jpg"), 4, ".png");
  event.key = "c.png";
  notifier->Announce(event, {"photos", 3, &changed});
  ASSERT_TRUE(Eventually([&] { return receiver.taken().size() == 2; }));
}

}  // namespace
}  // namespace penstock::events
