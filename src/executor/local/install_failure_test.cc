// SPDX-License-Identifier: Apache-2.0
#include "executor/local/install_failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

using base::Code;
using testing::HasSubstr;

struct Case {
  const char* name;
  std::vector<std::string> lines;
  Code code;
  const char* why;
};

TEST(InstallFailure, IsToldFromTheOutput) {
  const Case cases[] = {
      {"uv: nothing listens",
       {"Using Python 3.11", "error: Request failed after 3 retries in 6.6s",
        "  cause: Failed to fetch: http://127.0.0.1:9/simple/six/", "  cause: tcp connect error"},
       Code::kUnavailable,
       "error: Request failed after 3 retries in 6.6s\n  cause: Failed to fetch"},
      {"uv: no such host",
       {"error: Failed to fetch: `http://nosuchhost.invalid/simple/six/`",
        "  Caused by: dns error"},
       Code::kUnavailable,
       "nosuchhost.invalid"},
      {"pip: no such host",
       {"WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('...')'",
        "ERROR: Could not find a version that satisfies the requirement six"},
       Code::kUnavailable,
       "ERROR: Could not find"},
      {"uv: no such version",
       {"  \xc3\x97 No solution found when resolving dependencies:",
        "  because there is no version of requests==0.0.99"},
       Code::kFailedPrecondition,
       "no version of requests==0.0.99"},
      {"uv: not for this index",
       {"error: Failed to fetch: `http://index/simple/six/`",
        "  Caused by: HTTP status client error (403 Forbidden)"},
       Code::kFailedPrecondition,
       "403 Forbidden"},
      {"a full disk",
       {"error: Failed to install: x.whl", "  Caused by: No space left on device (os error 28)"},
       Code::kResourceExhausted,
       "No space left"},
      {"nothing was said", {}, Code::kFailedPrecondition, ""},
  };
  for (const Case& c : cases) {
    const InstallFailure failure = ExplainInstallFailure(c.lines);
    EXPECT_EQ(failure.code, c.code) << c.name;
    EXPECT_THAT(failure.why, HasSubstr(c.why)) << c.name;
    EXPECT_NE(failure.remedy, "") << c.name;
  }
}

}  // namespace
}  // namespace penstock::executor
