// SPDX-License-Identifier: Apache-2.0
#include "admin/request_trace.h"

#include <gmock/gmock.h>

#include "admin/test_admin.h"
#include "text/json.h"

namespace penstock::admin {
namespace {

using std::chrono::milliseconds;

s3::RequestRecord Record() {
  s3::RequestRecord record;
  record.api = "s3";
  record.method = "GET";
  record.path = "/photos/a%20b";
  record.operation = "GetObject";
  record.bucket = "photos";
  record.key = "a b";
  record.access_key = "ANNAKEY";
  record.user = "anna";
  record.status = 200;
  record.duration = milliseconds(5);
  return record;
}

bool Wants(const std::string& query, const s3::RequestRecord& record) {
  auto filter = ParseTraceFilter(text::Query::Parse(query).value());
  EXPECT_TRUE(filter) << query;
  return filter && filter->Wants(record);
}

TEST(RequestTrace, FiltersByAllThatIsAsked) {
  for (const char* query : {"", "api=s3", "method=GET", "operation=GetObject", "path=/photos/",
                            "bucket=photos", "user=anna", "user=ANNAKEY", "status=200", "slower=5",
                            "errors=false", "api=s3&method=GET&bucket=photos"}) {
    EXPECT_TRUE(Wants(query, Record())) << query;
  }
  for (const char* query :
       {"api=admin", "method=PUT", "operation=PutObject", "path=/other", "bucket=photo", "user=ann",
        "status=404", "slower=6", "errors=true", "api=s3&method=PUT"}) {
    EXPECT_FALSE(Wants(query, Record())) << query;
  }
  s3::RequestRecord failed = Record();
  failed.status = 503;
  EXPECT_TRUE(Wants("errors=true", failed));
  s3::RequestRecord broken = Record();
  broken.broken_off = true;
  EXPECT_TRUE(Wants("errors=true", broken));
}

TEST(RequestTrace, RefusesWhatIsNoFilter) {
  for (const char* query : {"api=x", "status=x", "status=-1", "status=1000", "slower=1s", "no=1"}) {
    EXPECT_FALSE(ParseTraceFilter(text::Query::Parse(query).value())) << query;
  }
}

TEST(RequestTrace, ShowsWhatListenersWantAndSaysWhatTheyMissed) {
  RequestTrace trace;
  trace.Ended(Record());  // nobody listens
  TraceFilter filter;
  filter.bucket = "photos";
  auto listener = trace.Listen(filter).value();
  s3::RequestRecord other = Record();
  other.bucket = "other";
  trace.Ended(other);
  trace.Ended(Record());
  auto lines = listener->Wait(milliseconds(0));
  ASSERT_EQ(lines.size(), 1u);
  text::Json line = text::ParseJson(lines[0]).value();
  EXPECT_EQ(line.StringOr("path", ""), "/photos/a%20b");
  EXPECT_EQ(line.StringOr("api", ""), "s3");
  EXPECT_EQ(line.StringOr("user", ""), "anna");
  EXPECT_EQ(line.IntegerOr("duration_us", 0), 5000);
  for (size_t i = 0; i < TraceListener::kMaxWaiting + 7; ++i) trace.Ended(Record());
  EXPECT_EQ(listener->TakeMissed(), 7u);
  EXPECT_EQ(listener->TakeMissed(), 0u);
  EXPECT_EQ(listener->Wait(milliseconds(0)).size(), TraceListener::kMaxWaiting);
}

TEST(RequestTrace, IsForAFew) {
  RequestTrace trace;
  std::vector<std::unique_ptr<TraceListener>> listeners;
  for (size_t i = 0; i < RequestTrace::kMaxListeners; ++i) {
    listeners.push_back(trace.Listen({}).value());
  }
  EXPECT_FALSE(trace.Listen({}));
  listeners.pop_back();
  EXPECT_TRUE(trace.Listen({}));
  trace.Close();
  EXPECT_TRUE(listeners[0]->closed());
  EXPECT_FALSE(trace.Listen({}));
}

TEST(RequestTrace, EndsItsAnswerWithTheServer) {
  TestAdmin admin;
  EXPECT_EQ(admin.Send("GET", "/trace?nonsense=1").ErrorCode(), "InvalidArgument");
  admin.trace().Close();
  EXPECT_EQ(admin.Send("GET", "/trace").status, 507);
}

TEST(Configuration, IsShown) {
  TestAdmin admin;
  EXPECT_EQ(admin.Get("/configuration").Json().StringOr("region", ""), "us-east-1");
}

}  // namespace
}  // namespace penstock::admin
