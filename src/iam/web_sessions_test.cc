// SPDX-License-Identifier: Apache-2.0
#include "iam/web_sessions.h"

#include <chrono>
#include <memory>

#include <gtest/gtest.h>

namespace penstock::iam {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class WebSessionsTest : public testing::Test {
 protected:
  PrincipalPtr Keys(base::Duration lifetime) {
    auto keys = std::make_shared<Principal>();
    keys->expires_at = clock_.Now() + lifetime;
    return keys;
  }
  base::FakeClock clock_{base::Time(seconds(1'750'000'000))};
  base::SeededRandom random_{3};
  WebSessions sessions_{clock_, random_};
};

TEST_F(WebSessionsTest, EndWithTheirKeysOrBySigningOut) {
  std::string first = sessions_.Add(Keys(hours(1)));
  std::string second = sessions_.Add(Keys(hours(1)));
  EXPECT_NE(first, second);
  EXPECT_TRUE(sessions_.Find(first));
  sessions_.Remove(first);
  sessions_.Remove(first);
  EXPECT_FALSE(sessions_.Find(first));
  EXPECT_TRUE(sessions_.Find(second));
  clock_.Advance(hours(1));
  EXPECT_FALSE(sessions_.Find(second));
}

TEST_F(WebSessionsTest, ForgetThoseThatEndFirstWhereThereAreTooMany) {
  std::string soon = sessions_.Add(Keys(minutes(1)));
  std::string late = sessions_.Add(Keys(hours(2)));
  for (size_t i = 2; i < WebSessions::kMost; ++i) sessions_.Add(Keys(hours(1)));
  EXPECT_TRUE(sessions_.Find(soon));
  sessions_.Add(Keys(hours(1)));
  EXPECT_FALSE(sessions_.Find(soon));
  EXPECT_TRUE(sessions_.Find(late));
}

}  // namespace
}  // namespace penstock::iam
