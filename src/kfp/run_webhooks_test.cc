// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kfp/test_api.h"
#include "kfp/webhook_sender.h"

namespace penstock::kfp {
namespace {

using metadata::RuntimeState;
using testing::HasSubstr;
using testing::Not;

constexpr char kAll[] = "/apis/v2beta1/webhooks";

class RunWebhooksTest : public testing::Test {
 protected:
  std::string Create(const std::string& body) {
    auto response = api_.Post(kAll, body);
    EXPECT_EQ(response.status(), 200) << response.body();
    return response.Text("webhook_id");
  }
  RecordedResponse Get(const std::string& id) { return api_.Get(std::string(kAll) + "/" + id); }
  WebhookSender Sender() {
    return WebhookSender(api_.backend(), [this](const net::ClientRequest& request) {
      requests_.push_back(request);
      base::Result<net::ClientResponse> answer = net::ClientResponse{answer_, {}, ""};
      return answer;
    });
  }

  TestApi api_;
  int answer_ = 200;
  std::vector<net::ClientRequest> requests_;
};

TEST_F(RunWebhooksTest, AreMadeShownChangedAndDeleted) {
  std::string id =
      Create(R"({"display_name":"w","url":"https://example.org/x","secret":"s3cret"})");
  auto shown = Get(id);
  EXPECT_EQ(shown.Text("url"), "https://example.org/x");
  EXPECT_EQ(shown.Text("has_secret"), "true");
  EXPECT_EQ(shown.Text("states"), R"(["SUCCEEDED","FAILED","CANCELED","SKIPPED"])");
  EXPECT_THAT(shown.body(), Not(HasSubstr("s3cret")));
  auto changed =
      api_.Send("PATCH", std::string(kAll) + "/" + id, R"({"enabled":false,"states":["RUNNING"]})");
  EXPECT_EQ(changed.Text("enabled"), "false");
  EXPECT_EQ(changed.Text("states"), R"(["RUNNING"])");
  EXPECT_EQ(changed.Text("has_secret"), "true");
  EXPECT_EQ(api_.Get(kAll).Text("total_size"), "1");
  EXPECT_EQ(api_.Post(kAll, R"({"display_name":"w","url":"http://a"})").status(), 409);
  EXPECT_EQ(api_.Send("DELETE", std::string(kAll) + "/" + id).body(), "{}");
  EXPECT_EQ(Get(id).status(), 404);
}

TEST_F(RunWebhooksTest, AreRefusedForWhatIsWrong) {
  for (const char* body :
       {"{}", R"({"display_name":"w"})", R"({"display_name":"w","url":"ftp://a"})",
        R"({"url":"http://a"})", R"({"display_name":"w","url":"http://a","states":["DONE"]})",
        R"({"display_name":"w","url":"http://a","states":"FAILED"})",
        R"({"display_name":"w","url":"http://a","enabled":"yes"})",
        R"({"display_name":"w","url":"http://a","mood":1})"}) {
    EXPECT_EQ(api_.Post(kAll, body).status(), 400) << body;
  }
}

TEST_F(RunWebhooksTest, HearOfChangesInOrder) {
  std::string id = Create(R"({"display_name":"w","url":"http://receiver/","secret":"k",)"
                          R"("states":["PENDING","SUCCEEDED"]})");
  WebhookSender sender = Sender();
  EXPECT_FALSE(sender.SendDue());
  std::string run = api_.CreateRun("r");
  EXPECT_TRUE(api_.engine->SetState(run, RuntimeState::kRunning));
  EXPECT_TRUE(api_.engine->SetState(run, RuntimeState::kSucceeded));
  while (sender.SendDue()) {
  }
  ASSERT_EQ(requests_.size(), 2U);
  const net::ClientRequest& last = requests_[1];
  EXPECT_EQ(last.url, "http://receiver/");
  EXPECT_THAT(last.headers.GetOr("Content-Type", ""), HasSubstr("application/cloudevents+json"));
  EXPECT_EQ(last.headers.GetOr("X-Penstock-Signature", ""), WebhookSignature("k", last.body));
  auto event = text::ParseJson(last.body).value();
  EXPECT_EQ(event.StringOr("specversion", ""), "1.0");
  EXPECT_EQ(event.StringOr("subject", ""), run);
  const text::Json& data = *event.Find("data");
  EXPECT_EQ(data.StringOr("state", ""), "SUCCEEDED");
  EXPECT_EQ(data.StringOr("previous_state", ""), "RUNNING");
  EXPECT_EQ(data.Find("run")->StringOr("display_name", ""), "r");
  EXPECT_EQ(data.Find("run")->Find("pipeline_spec"), nullptr);
  EXPECT_THAT(requests_[0].body, HasSubstr(R"("state":"PENDING")"));
  EXPECT_EQ(Get(id).Text("delivered"), "2");
}

TEST_F(RunWebhooksTest, AreTriedAgainWhileNobodyAnswers) {
  std::string id = Create(R"({"display_name":"w","url":"http://receiver/","states":["PENDING"]})");
  std::string run = api_.CreateRun("r");
  answer_ = 503;
  WebhookSender sender = Sender();
  EXPECT_FALSE(sender.SendDue());
  EXPECT_FALSE(sender.SendDue());  // not at once
  EXPECT_EQ(requests_.size(), 1U);
  EXPECT_EQ(Get(id).Text("failed"), "1");
  EXPECT_THAT(Get(id).Text("error.message"), HasSubstr("503"));
  // A restart forgets the pause, and nothing else.
  answer_ = 200;
  EXPECT_TRUE(Sender().SendDue());
  EXPECT_EQ(Get(id).Text("delivered"), "1");
  EXPECT_EQ(Get(id).json().Find("error"), nullptr);
}

TEST_F(RunWebhooksTest, HearOnlyOfWhatTheyAreFor) {
  std::string experiment = api_.CreateExperiment("e");
  Create(R"({"display_name":"w","url":"http://r/","states":["PENDING"],"experiment_id":")" +
         experiment + R"("})");
  api_.CreateRun("in the default experiment");
  EXPECT_FALSE(Sender().SendDue());
}

}  // namespace
}  // namespace penstock::kfp
