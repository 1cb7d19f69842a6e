// SPDX-License-Identifier: Apache-2.0
#include "s3/post/post_policy.h"

#include <sstream>

#include <gtest/gtest.h>

#include "s3/test_cases.h"

namespace penstock::s3 {
namespace {

void ExpectRefused(const base::Error& error, const std::string& expected) {
  size_t space = expected.find(' ');
  EXPECT_EQ(error.reason(), expected.substr(0, space));
  EXPECT_NE(error.message().find(expected.substr(space + 1)), std::string::npos) << error.message();
}

void ExpectRange(const PostPolicy& policy, const std::string& expected) {
  std::istringstream numbers(expected);
  uint64_t least = 0;
  uint64_t most = 0;
  if (!(numbers >> least >> most)) return;
  EXPECT_EQ(policy.least_bytes(), least);
  EXPECT_EQ(policy.most_bytes(), most);
}

TEST(PostPolicy, DecidesAsTheCasesSay) {
  std::vector<TestCase> cases = ReadCases("post_policy.txt");
  ASSERT_GT(cases.size(), 20u);
  base::Time now = base::ParseRfc3339("2026-11-25T12:00:00Z").value();
  for (const TestCase& test : cases) {
    SCOPED_TRACE(test.name);
    ASSERT_FALSE(test.lines.empty());
    UploadForm form;
    for (size_t i = 0; i + 1 < test.lines.size(); ++i) {
      size_t equals = test.lines[i].find('=');
      form.fields.emplace_back(test.lines[i].substr(0, equals), test.lines[i].substr(equals + 1));
    }
    const std::string& expected = test.lines.back();
    auto policy = PostPolicy::Parse(test.text);
    base::Status outcome;
    if (!policy) {
      outcome = base::Fail(policy.error());
    } else {
      outcome = policy->Check(form, "photos", now);
    }
    if (expected.starts_with("bad ")) {
      ASSERT_FALSE(outcome);
      ExpectRefused(outcome.error(), expected.substr(4));
    } else {
      ASSERT_TRUE(outcome) << outcome.error().message();
      ExpectRange(*policy, expected.substr(2));
    }
  }
}

}  // namespace
}  // namespace penstock::s3
