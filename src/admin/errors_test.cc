// SPDX-License-Identifier: Apache-2.0
#include "admin/errors.h"

#include <gmock/gmock.h>

namespace penstock::admin {
namespace {

using base::Code;
using base::Error;

TEST(AdminErrors, TakeTheirCodeFromTheReason) {
  WireError wire = ToWireError(Error(Code::kNotFound, "no_such_user", "no user 'a'"));
  EXPECT_EQ(wire.status, 404);
  EXPECT_EQ(wire.code, "NoSuchUser");
  EXPECT_EQ(wire.message, "no user 'a'");
  EXPECT_EQ(ToWireError(Error(Code::kInvalidArgument, "bad")).code, "InvalidArgument");
}

TEST(AdminErrors, KeepInternalMessagesToTheLog) {
  WireError wire = ToWireError(Error(Code::kInternal, "/secret/path is unreadable"));
  EXPECT_EQ(wire.status, 500);
  EXPECT_THAT(wire.message, testing::Not(testing::HasSubstr("/secret")));
}

TEST(AdminErrors, ComeBackAsTheyWent) {
  WireError wire = ToWireError(Error(Code::kAlreadyExists, "user_exists", "there is a user 'a'"));
  Error back = FromWire(wire.status, ErrorBody(wire));
  EXPECT_EQ(back.code(), Code::kAlreadyExists);
  EXPECT_EQ(back.reason(), "UserExists");
  EXPECT_EQ(back.message(), "there is a user 'a'");
}

TEST(AdminErrors, SayWhenTheServerIsAnother) {
  EXPECT_THAT(FromWire(404, "<html>").message(), testing::HasSubstr("404"));
  EXPECT_THAT(FromWire(200, "{}").message(), testing::HasSubstr("S3 address"));
}

}  // namespace
}  // namespace penstock::admin
