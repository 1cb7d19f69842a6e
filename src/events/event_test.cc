// SPDX-License-Identifier: Apache-2.0
#include "events/event.h"

#include <gtest/gtest.h>

#include "text/json.h"

namespace penstock::events {
namespace {

TEST(Event, IsWrittenAsReceiversExpect) {
  Event event;
  event.name = "s3:ObjectCreated:Put";
  event.time = base::FromMicros(1'795'421'350'123'000);
  event.region = "us-east-1";
  event.bucket = "photos";
  event.key = "a b/ü.jpg";
  event.etag = "abc";
  event.size = 7;
  event.version_id = "v1";
  event.user = "someone";
  event.source = "192.0.2.1";
  event.sequence = 0xab;
  std::string text = FormatEvent(event);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  text::Json message = text::ParseJson(text).value();
  EXPECT_EQ(message.StringOr("EventName", ""), "s3:ObjectCreated:Put");
  EXPECT_EQ(message.StringOr("Key", ""), "photos/a b/ü.jpg");
  const text::Json& record = message.Find("Records")->as_array().at(0);
  EXPECT_EQ(record.StringOr("eventVersion", ""), "2.1");
  EXPECT_EQ(record.StringOr("eventTime", ""), "2026-11-23T08:09:10.123Z");
  const text::Json& object = *record.Find("s3")->Find("object");
  EXPECT_EQ(object.StringOr("key", ""), "a%20b%2F%C3%BC.jpg");
  EXPECT_EQ(object.IntegerOr("size", 0), 7);
  EXPECT_EQ(object.StringOr("versionId", ""), "v1");
  EXPECT_EQ(object.StringOr("sequencer", ""), "00000000000000AB");
  EXPECT_EQ(record.Find("s3")->Find("bucket")->StringOr("arn", ""), "arn:aws:s3:::photos");
}

TEST(Event, WithoutAnObjectIsAboutTheBucket) {
  Event event;
  event.name = "s3:BucketCreated:Put";
  event.bucket = "photos";
  text::Json message = text::ParseJson(FormatEvent(event)).value();
  EXPECT_EQ(message.StringOr("Key", ""), "photos");
  EXPECT_EQ(message.Find("Records")->as_array().at(0).Find("s3")->Find("object"), nullptr);
}

TEST(Event, PatternsCoverNames) {
  EXPECT_TRUE(Covers("s3:ObjectCreated:*", "s3:ObjectCreated:Put"));
  EXPECT_TRUE(Covers("s3:ObjectCreated:Put", "s3:ObjectCreated:Put"));
  EXPECT_FALSE(Covers("s3:ObjectCreated:Put", "s3:ObjectCreated:PutRetention"));
  EXPECT_FALSE(Covers("s3:ObjectRemoved:*", "s3:ObjectCreated:Put"));
  EXPECT_TRUE(Covers("s3:ObjectCreated:PutTagging", "s3:ObjectTagging:Put"));
  EXPECT_TRUE(Covers("s3:ObjectCreated:DeleteTagging", "s3:ObjectTagging:Delete"));
  EXPECT_FALSE(Covers("s3:ObjectCreated:*", "s3:ObjectTagging:Put"));
}

TEST(Event, KnowsWhichPatternsThereAre) {
  for (const char* pattern : {"s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectTagging:*",
                              "s3:ObjectRemoved:DeleteMarkerCreated", "s3:BucketCreated:*",
                              "s3:ObjectCreated:PutTagging", "s3:LifecycleExpiration:*"}) {
    EXPECT_TRUE(IsKnownPattern(pattern)) << pattern;
  }
  for (const char* pattern : {"", "*", "s3:Object*", "s3:ObjectCreated:P*", "s3:ObjectMoved:*",
                              "ObjectCreated:Put", "s3:*:Put"}) {
    EXPECT_FALSE(IsKnownPattern(pattern)) << pattern;
  }
}

}  // namespace
}  // namespace penstock::events
