// SPDX-License-Identifier: Apache-2.0
#include "cli/admin_session.h"

#include <sstream>

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

const char kAnswer[] = R"({"users":[{"name":"anna","policies":["a","b"],"usage":{"bytes":7}},
                                     {"name":"bo\u001b[2J","policies":[],"enabled":false}]})";

std::string Show(bool json) {
  admin::ClientOptions options;
  base::SystemClock clock;
  admin::Client client(options, clock);
  std::ostringstream out;
  AdminSession session(client, json, out);
  session.ShowTable(
      text::ParseJson(kAnswer).value(), "users",
      {{"NAME", "name"}, {"POLICIES", "policies"}, {"BYTES", "usage.bytes"}, {"ON", "enabled"}});
  return out.str();
}

TEST(AdminSession, PrintsTables) {
  EXPECT_EQ(Show(false),
            "NAME    POLICIES  BYTES  ON\n"
            "anna    a, b      7      -\n"
            "bo?[2J  -         -      no\n");
}

TEST(AdminSession, PrintsJsonAsItCame) {
  EXPECT_EQ(text::ParseJson(Show(true)).value(), text::ParseJson(kAnswer).value());
}

TEST(AdminSession, EncodesNamesInPaths) { EXPECT_EQ(Segment("a/b c"), "a%2Fb%20c"); }

}  // namespace
}  // namespace penstock::cli
