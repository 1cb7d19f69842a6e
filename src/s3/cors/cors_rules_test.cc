// SPDX-License-Identifier: Apache-2.0
#include "s3/cors/cors_rules.h"

#include <gtest/gtest.h>

#include "s3/cors/cors_headers.h"
#include "s3/test_cases.h"

namespace penstock::s3 {
namespace {

// "GET origin [headers] -> 0"
void CheckQuestion(const CorsRules& rules, const std::string& line) {
  size_t arrow = line.find(" -> ");
  ASSERT_NE(arrow, std::string::npos) << line;
  std::string question = line.substr(0, arrow);
  std::string headers;
  if (size_t bracket = question.find(" ["); bracket != std::string::npos) {
    headers = question.substr(bracket + 2, question.size() - bracket - 3);
    question.resize(bracket);
  }
  size_t space = question.find(' ');
  std::string method = question.substr(0, space);
  std::string origin = question.substr(space + 1);
  const CorsRule* rule = rules.Find({origin, method, headers});
  std::string found = rule == nullptr ? "none" : std::to_string(rule - rules.rules.data());
  EXPECT_EQ(found, line.substr(arrow + 4)) << line;
}

TEST(CorsRules, AllowWhatTheCasesSay) {
  std::vector<TestCase> cases = ReadCases("cors.txt");
  ASSERT_GT(cases.size(), 15u);
  for (const TestCase& test : cases) {
    SCOPED_TRACE(test.name);
    auto rules = ParseCorsRules(test.text);
    ASSERT_FALSE(test.lines.empty());
    if (test.lines.front().starts_with("bad ")) {
      ASSERT_FALSE(rules);
      EXPECT_EQ(rules.error().reason(), test.lines.front().substr(4));
      continue;
    }
    ASSERT_TRUE(rules) << rules.error().message();
    for (const std::string& line : test.lines) CheckQuestion(*rules, line);
  }
}

net::RequestHead Preflight(std::vector<std::pair<std::string, std::string>> fields) {
  net::RequestHead head;
  head.method = "OPTIONS";
  for (const auto& [name, value] : fields) head.headers.Add(name, value);
  return head;
}

CorsRules OneRule(std::string origin) {
  CorsRule rule;
  rule.origins = {std::move(origin)};
  rule.methods = {"GET", "PUT"};
  rule.allowed_headers = {"*"};
  rule.exposed_headers = {"ETag"};
  rule.max_age_seconds = 600;
  return {{rule}};
}

TEST(CorsHeaders, APreflightIsToldAllOfTheRule) {
  auto answer = AnswerPreflight(nullptr, Preflight({{"Origin", "https://a"}}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason(), "InvalidRequest");
  net::RequestHead request = Preflight({{"Origin", "https://a"},
                                        {"Access-Control-Request-Method", "PUT"},
                                        {"Access-Control-Request-Headers", "X-Amz-Date, range"}});
  answer = AnswerPreflight(nullptr, request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason(), "AccessForbidden");
  CorsRules rules = OneRule("https://a");
  answer = AnswerPreflight(&rules, request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->GetOr("Access-Control-Allow-Origin", ""), "https://a");
  EXPECT_EQ(answer->GetOr("Access-Control-Allow-Methods", ""), "GET, PUT");
  EXPECT_EQ(answer->GetOr("Access-Control-Allow-Headers", ""), "X-Amz-Date, range");
  EXPECT_EQ(answer->GetOr("Access-Control-Allow-Credentials", ""), "true");
  EXPECT_EQ(answer->GetOr("Access-Control-Expose-Headers", ""), "ETag");
  EXPECT_EQ(answer->GetOr("Access-Control-Max-Age", ""), "600");
  EXPECT_NE(answer->GetOr("Vary", "").find("Origin"), std::string::npos);
}

TEST(CorsHeaders, AnybodyMayNotSendCredentials) {
  CorsRules rules = OneRule("*");
  net::RequestHead request = Preflight({{"Origin", "https://a"}});
  request.method = "GET";
  net::Headers headers;
  AddCorsHeaders(rules, request, headers);
  EXPECT_EQ(headers.GetOr("Access-Control-Allow-Origin", ""), "*");
  EXPECT_FALSE(headers.Has("Access-Control-Allow-Credentials"));
}

TEST(CorsHeaders, AnActualRequestThatNoRuleAllowsIsToldNothing) {
  CorsRules rules = OneRule("https://b");
  net::RequestHead request = Preflight({{"Origin", "https://a"}});
  request.method = "GET";
  net::Headers headers;
  AddCorsHeaders(rules, request, headers);
  EXPECT_TRUE(headers.items().empty());
}

TEST(CorsRules, AnOpenServerAllowsItsOriginsEverything) {
  CorsRules rules = OpenCorsRules({"https://console.example"});
  EXPECT_NE(rules.Find({"https://console.example", "DELETE", "x-amz-date"}), nullptr);
  EXPECT_EQ(rules.Find({"https://other.example", "GET", ""}), nullptr);
}

}  // namespace
}  // namespace penstock::s3
