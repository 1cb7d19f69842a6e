// SPDX-License-Identifier: Apache-2.0
#include "admin/fields.h"

#include <gmock/gmock.h>

namespace penstock::admin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Fields, ReadsWhatIsThere) {
  text::Json body = text::ParseJson(R"({"name":"a","count":3,"on":true,"list":["x","y"],
                                        "object":{"b":1},"nothing":null})")
                        .value();
  Fields fields(body);
  EXPECT_EQ(fields.String("name").value(), "a");
  EXPECT_EQ(fields.OptionalNumber("count").value(), 3u);
  EXPECT_TRUE(fields.Bool("on", false).value());
  EXPECT_THAT(fields.Strings("list").value(), ElementsAre("x", "y"));
  EXPECT_EQ(fields.OptionalObject("object").value()->IntegerOr("b", 0), 1);
  EXPECT_FALSE(fields.OptionalString("nothing").value());
  EXPECT_FALSE(fields.OptionalString("absent").value());
  EXPECT_TRUE(fields.Finish());
}

TEST(Fields, NamesWhatIsWrong) {
  text::Json body = text::ParseJson(R"({"name":"","count":-1,"on":"yes","list":["x",1]})").value();
  Fields fields(body);
  EXPECT_THAT(fields.String("name").error().message(), HasSubstr("'name'"));
  EXPECT_THAT(fields.String("absent").error().message(), HasSubstr("'absent'"));
  EXPECT_THAT(fields.OptionalNumber("count").error().message(), HasSubstr("whole number"));
  EXPECT_THAT(fields.Bool("on", false).error().message(), HasSubstr("not string"));
  EXPECT_THAT(fields.Strings("list").error().message(), HasSubstr("not number"));
}

TEST(Fields, RefusesWhatNobodyAskedFor) {
  text::Json body = text::ParseJson(R"({"name":"a","polices":["p"]})").value();
  Fields fields(body);
  ASSERT_TRUE(fields.String("name"));
  EXPECT_THAT(fields.Finish().error().message(), HasSubstr("'polices'"));
}

}  // namespace
}  // namespace penstock::admin
