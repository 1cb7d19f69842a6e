// SPDX-License-Identifier: Apache-2.0
#include "events/notification_rules.h"

#include <gmock/gmock.h>

namespace penstock::events {
namespace {

using testing::ElementsAre;

std::string Document(const std::string& inside) {
  return "<NotificationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + inside +
         "</NotificationConfiguration>";
}

std::string Rule(const std::string& inside) {
  return "<QueueConfiguration>" + inside + "</QueueConfiguration>";
}

const std::string kQueue = "<Queue>arn:minio:sqs::hooks:webhook</Queue>";
const std::string kEvent = "<Event>s3:ObjectCreated:*</Event>";

std::string Filter(const std::string& name, const std::string& value) {
  return "<FilterRule><Name>" + name + "</Name><Value>" + value + "</Value></FilterRule>";
}

TEST(NotificationRules, AreRead) {
  std::string xml =
      Document(Rule("<Id>one</Id>" + kQueue + kEvent + "<Event>s3:ObjectRemoved:Delete</Event>" +
                    "<Filter><S3Key>" + Filter("prefix", "a/") + Filter("Suffix", ".jpg") +
                    "</S3Key></Filter>") +
               Rule("<Queue>arn:penstock:sqs:us-east-1:others:webhook</Queue>" + kEvent));
  auto rules = ParseNotificationRules(xml).value();
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0].id, "one");
  EXPECT_EQ(rules[0].target, "hooks");
  EXPECT_THAT(rules[0].filter.events, ElementsAre("s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"));
  EXPECT_EQ(rules[0].filter.prefix, "a/");
  EXPECT_EQ(rules[0].filter.suffix, ".jpg");
  EXPECT_EQ(rules[1].target, "others");
  EXPECT_FALSE(rules[1].id.empty());
  EXPECT_TRUE(ParseNotificationRules(Document(""))->empty());
}

TEST(NotificationRules, ComeBackAsTheyWere) {
  std::string xml = Document(Rule("<Id>a&amp;b</Id>" + kQueue + kEvent + "<Filter><S3Key>" +
                                  Filter("prefix", "&lt;x") + "</S3Key></Filter>"));
  auto rules = ParseNotificationRules(xml).value();
  auto again = ParseNotificationRules(FormatNotificationRules(rules)).value();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].id, "a&b");
  EXPECT_EQ(again[0].arn, rules[0].arn);
  EXPECT_EQ(again[0].filter.prefix, "<x");
  EXPECT_EQ(again[0].filter.events, rules[0].filter.events);
}

TEST(NotificationRules, SayWhatIsWrong) {
  const std::pair<std::string, std::string_view> cases[] = {
      {"", kMalformed},
      {"<Other/>", kMalformed},
      {Document("<Surprise/>"), kMalformed},
      {Document(Rule(kQueue)), kMalformed},
      {Document(Rule(kQueue + kEvent + "<Colour/>")), kMalformed},
      {Document(Rule(kEvent)), kBadRule},
      {Document(Rule("<Queue>arn:aws:sqs:us-east-1:1:q</Queue>" + kEvent)), kBadRule},
      {Document(Rule(kQueue + "<Event>s3:ObjectMoved:*</Event>")), kBadRule},
      {Document(Rule("<Id>x</Id>" + kQueue + kEvent) + Rule("<Id>x</Id>" + kQueue + kEvent)),
       kBadRule},
      {Document(
           Rule(kQueue + kEvent + "<Filter><S3Key>" + Filter("middle", "x") + "</S3Key></Filter>")),
       kBadRule},
      {Document(Rule(kQueue + kEvent + "<Filter><S3Key>" + Filter("prefix", "x") +
                     Filter("prefix", "y") + "</S3Key></Filter>")),
       kBadRule},
      {Document("<TopicConfiguration/>"), kBadRule},
  };
  for (const auto& [xml, reason] : cases) {
    auto rules = ParseNotificationRules(xml);
    ASSERT_FALSE(rules) << xml;
    EXPECT_EQ(rules.error().reason(), reason) << xml;
  }
}

TEST(NotificationRules, NameReceiversThatThereAre) {
  auto rules = ParseNotificationRules(Document(Rule(kQueue + kEvent))).value();
  EXPECT_TRUE(CheckTargets(rules, {"hooks"}));
  EXPECT_FALSE(CheckTargets(rules, {"others"}));
}

TEST(NotificationRules, ReadTheNameOutOfAnArn) {
  EXPECT_EQ(TargetOf("arn:minio:sqs::hooks:webhook"), "hooks");
  EXPECT_EQ(TargetOf("arn:penstock:sqs:eu:hooks:webhook"), "hooks");
  for (const char* arn :
       {"", "hooks", "arn:minio:sqs::hooks:amqp", "arn:minio:sqs::hooks:webhook:x",
        "arn:aws:sqs::hooks:webhook", "arn:minio:sqs:hooks:webhook"}) {
    EXPECT_EQ(TargetOf(arn), "") << arn;
  }
}

}  // namespace
}  // namespace penstock::events
