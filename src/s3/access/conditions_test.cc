// SPDX-License-Identifier: Apache-2.0
#include "s3/access/conditions.h"

#include <gtest/gtest.h>

#include "s3/test_cases.h"
#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

struct ConditionCase {
  std::string action;
  TestRequest request{"", ""};
  std::string outcome;
};

// What the lines mean, the file says.
ConditionCase ReadCase(const TestCase& test) {
  ConditionCase read;
  for (const std::string& line : test.lines) {
    size_t space = line.find(' ');
    if (line.starts_with("do ")) {
      read.request.tls = line.ends_with(" TLS");
      read.action = line.substr(3, line.find(' ', 3) - 3);
    } else if (line.starts_with("> ")) {
      size_t end = line.find(' ', 2);
      read.request.method = line.substr(2, end - 2);
      read.request.target = line.substr(end + 1);
    } else if (line.starts_with("< ")) {
      read.request.body = line.substr(2);
    } else if (space != std::string::npos) {
      read.request.headers.emplace_back(line.substr(0, space - 1), line.substr(space + 1));
    } else {
      read.outcome = line;
    }
  }
  return read;
}

TEST(Conditions, SeeWhatTheCasesSay) {
  std::vector<TestCase> cases = ReadCases("conditions.txt");
  ASSERT_GT(cases.size(), 30u);
  TestService service;
  ASSERT_EQ(service.Put("/bucket").status, 200);
  ASSERT_EQ(
      service.Send({"PUT", "/locked", "", {{"x-amz-bucket-object-lock-enabled", "true"}}}).status,
      200);
  ASSERT_EQ(service.Put("/locked/key", "x").status, 200);
  int number = 0;
  for (const TestCase& test : cases) {
    SCOPED_TRACE(test.name);
    ASSERT_EQ(service.Send({"PUT", "/bucket/key", "x", {{"x-amz-tagging", "team=red"}}}).status,
              200);
    ConditionCase read = ReadCase(test);
    const iam::Principal& user = service.AddUser(
        "user-" + std::to_string(++number),
        R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": ")" +
            read.action + R"(", "Condition": )" + test.text + "}]}");
    read.request.principal = &user;
    TestResponse response = service.Send(read.request);
    if (read.outcome == "allowed") {
      EXPECT_LT(response.status, 300) << response.body;
    } else {
      EXPECT_EQ(read.outcome, "denied");
      EXPECT_EQ(response.ErrorCode(), "AccessDenied") << response.status;
    }
  }
}

}  // namespace
}  // namespace penstock::s3
