// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/case_file.h"
#include "net/http.h"

namespace penstock::net {
namespace {

using testing::HasSubstr;

std::string BoolText(bool value) { return value ? "true" : "false"; }

std::string Actual(const RequestHead& head, const std::string& what) {
  if (what == "method") return head.method;
  if (what == "target") return head.target;
  if (what == "path") return head.path;
  if (what == "query") return head.query;
  if (what == "length") return head.content_length ? std::to_string(*head.content_length) : "none";
  if (what == "chunked") return BoolText(head.chunked);
  if (what == "keep_alive") return BoolText(head.keep_alive);
  if (what == "expect_continue") return BoolText(head.expect_continue);
  if (what == "minor_version") return std::to_string(head.minor_version);
  if (what == "fields") return std::to_string(head.headers.items().size());
  return "a case file error: " + what;
}

void CheckAccepted(const HttpCase& c) {
  auto head = ParseRequestHead(c.input);
  ASSERT_TRUE(head) << head.error().message();
  for (size_t i = 1; i < c.expectations.size(); ++i) {
    const std::string& line = c.expectations[i];
    size_t space = std::min(line.find(' '), line.size());
    std::string what = line.substr(0, space);
    std::string value = line.substr(std::min(space + 1, line.size()));
    if (what != "header") {
      EXPECT_EQ(Actual(*head, what), value) << what;
      continue;
    }
    space = std::min(value.find(' '), value.size());
    const std::string* found = head->headers.Find(value.substr(0, space));
    ASSERT_NE(found, nullptr) << value;
    EXPECT_EQ(*found, value.substr(std::min(space + 1, value.size())));
  }
}

void CheckRefused(const HttpCase& c) {
  auto head = ParseRequestHead(c.input);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().code(), base::Code::kInvalidArgument);
  const std::string& line = c.expectations.at(0);  // "bad 400 message"
  EXPECT_EQ(std::to_string(HeadErrorStatus(head.error())), line.substr(4, 3));
  EXPECT_THAT(head.error().message(), HasSubstr(line.substr(8)));
}

TEST(RequestHead, Cases) {
  auto cases = ReadHttpCases("heads.txt");
  ASSERT_GT(cases.size(), 70u);
  for (const HttpCase& c : cases) {
    SCOPED_TRACE(c.name);
    ASSERT_FALSE(c.expectations.empty());
    if (c.expectations[0] == "ok") {
      CheckAccepted(c);
    } else {
      CheckRefused(c);
    }
  }
}

TEST(RequestHead, NoPrefixOfAHeadIsAHead) {
  for (const HttpCase& c : ReadHttpCases("heads.txt")) {
    SCOPED_TRACE(c.name);
    if (c.expectations.at(0) != "ok") continue;
    for (size_t size = 0; size < c.input.size(); ++size) {
      EXPECT_FALSE(ParseRequestHead(std::string_view(c.input).substr(0, size))) << size;
    }
  }
}

TEST(RequestHead, BoundsTheTarget) {
  auto head = [](size_t size) {
    return ParseRequestHead("GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  EXPECT_TRUE(head(kMaxTargetBytes));
  ASSERT_FALSE(head(kMaxTargetBytes + 1));
  EXPECT_EQ(HeadErrorStatus(head(kMaxTargetBytes + 1).error()), 414);
}

TEST(RequestHead, BoundsTheFields) {
  std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (size_t i = 1; i < kMaxHeaderFields; ++i) text += "X-Field: b\r\n";
  EXPECT_TRUE(ParseRequestHead(text + "\r\n"));
  auto head = ParseRequestHead(text + "One: more\r\n\r\n");
  ASSERT_FALSE(head);
  EXPECT_EQ(HeadErrorStatus(head.error()), 431);
}

TEST(Headers, NamesCompareWithoutCase) {
  Headers headers;
  headers.Add("X-A", "1");
  headers.Add("x-a", "2");
  headers.Add("X-B", "3");
  ASSERT_NE(headers.Find("X-a"), nullptr);
  EXPECT_EQ(*headers.Find("X-a"), "1");
  headers.Set("x-A", "4");
  EXPECT_EQ(headers.items().size(), 2u);
  EXPECT_EQ(headers.GetOr("X-A", ""), "4");
  headers.Remove("x-b");
  EXPECT_FALSE(headers.Has("X-B"));
  EXPECT_EQ(headers.GetOr("X-B", "none"), "none");
}

}  // namespace
}  // namespace penstock::net
