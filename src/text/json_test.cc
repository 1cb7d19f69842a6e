// SPDX-License-Identifier: Apache-2.0
#include "text/json.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace penstock::text {
namespace {

Json Parsed(std::string_view text) {
  Result<Json> value = ParseJson(text);
  EXPECT_TRUE(value.has_value()) << text << ": " << (value ? "" : value.error().message());
  return value ? *value : Json("parse error");
}

std::string ErrorOf(std::string_view text) {
  Result<Json> value = ParseJson(text);
  return value ? "no error" : value.error().message();
}

TEST(Json, PrintsWhatItRead) {
  for (std::string_view text :
       {"null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5",
        "\"\"", "[]", "{}", R"([1,[2,[3]],{"a":[]}])", R"({"a":1,"b":{"c":null}})",
        R"("quote \" backslash \\ line\nfeed\ttab\b\f\r\u0001")", "\"\xC3\xA9\xF0\x9F\x98\x80\""}) {
    EXPECT_EQ(FormatJson(Parsed(text)), text);
  }
}

TEST(Json, SortsMembers) { EXPECT_EQ(FormatJson(Parsed(R"({"b":1,"a":2})")), R"({"a":2,"b":1})"); }

TEST(Json, TellsIntegersFromDoubles) {
  EXPECT_TRUE(Parsed("12").is_integer());
  EXPECT_TRUE(Parsed("-0").is_integer());
  EXPECT_TRUE(Parsed("12.0").is_double());
  EXPECT_TRUE(Parsed("1e2").is_double());
  EXPECT_TRUE(Parsed("9223372036854775808").is_double());
  EXPECT_TRUE(Parsed("12") == Parsed("12.0"));
  EXPECT_FALSE(Parsed("9007199254740993") == Parsed("9007199254740992.0"));
  EXPECT_FALSE(Parsed("9223372036854775807") == Parsed("9223372036854775808"));
  EXPECT_TRUE(Parsed("[1,{\"a\":2.0}]") == Parsed("[1.0,{\"a\":2}]"));
}

TEST(Json, ReadsDecimalFractionsExactly) {
  for (double value : {0.1, 0.3, 1.0 / 3, 6.02214076e23, 5e-324, 1.7976931348623157e308,
                       2.2250738585072014e-308, 123456789.12345679, 0.000001, 9007199254740993.5}) {
    EXPECT_EQ(Parsed(FormatNumber(value)).as_number(), value) << FormatNumber(value);
  }
  EXPECT_EQ(Parsed("1e-400").as_number(), 0.0);
  EXPECT_NE(ErrorOf("1e400"), "no error");
}

TEST(Json, PrintsNumbersAsGoDoes) {
  EXPECT_EQ(FormatNumber(3.0), "3");
  EXPECT_EQ(FormatNumber(-3.5), "-3.5");
  EXPECT_EQ(FormatNumber(100.0), "100");
  EXPECT_EQ(FormatNumber(0.0), "0");
  EXPECT_EQ(FormatNumber(-0.0), "-0");
  EXPECT_EQ(FormatNumber(1e20), "100000000000000000000");
  EXPECT_EQ(FormatNumber(123456789012345678901.0), "123456789012345680000");
  EXPECT_EQ(FormatNumber(823373680139002621.0), "823373680139002624");
  EXPECT_EQ(FormatNumber(-9223372036854775808.0), "-9223372036854775808");
  EXPECT_EQ(FormatNumber(1e21), "1e+21");
  EXPECT_EQ(FormatNumber(1.5e300), "1.5e+300");
  EXPECT_EQ(FormatNumber(0.000001), "0.000001");
  EXPECT_EQ(FormatNumber(0.00000012), "1.2e-7");
  EXPECT_EQ(FormatNumber(0.1), "0.1");
  EXPECT_EQ(FormatNumber(12.25), "12.25");
  EXPECT_EQ(FormatJson(Parsed("[{\"a\":[2.0,1e21]}]")), "[{\"a\":[2,1e+21]}]");
  EXPECT_EQ(FormatJson(Json(std::numeric_limits<double>::quiet_NaN())), "\"NaN\"");
  EXPECT_EQ(FormatJson(Json(-std::numeric_limits<double>::infinity())), "\"-Infinity\"");
}

TEST(Json, RefusesWhatIsNotJson) {
  for (std::string_view text : {"",
                                " ",
                                "nul",
                                "01",
                                "1.",
                                ".5",
                                "+1",
                                "'a'",
                                "\"a",
                                "\"\x01\"",
                                "[1,]",
                                "{\"a\":1,}",
                                "{a:1}",
                                "[1] 2",
                                "// c\n1",
                                "\"\xFF\"",
                                "\"\xED\xA0\x80\"",
                                "\"\\ud800\"",
                                "NaN",
                                "Infinity",
                                "\xEF\xBB\xBF{}",
                                "[",
                                "{\"a\"",
                                "{\"a\":",
                                "[}"}) {
    EXPECT_NE(ErrorOf(text), "no error") << text;
  }
  EXPECT_NE(ErrorOf("[1,2,x]").find("byte 5"), std::string::npos) << ErrorOf("[1,2,x]");
}

TEST(Json, RefusesDoubledNames) {
  EXPECT_NE(ErrorOf(R"({"a":1,"b":{"c":1,"\u0063":2}})").find("doubled member name \"c\""),
            std::string::npos);
}

TEST(Json, KeepsToLimits) {
  std::string nested = std::string(200, '[') + std::string(200, ']');
  EXPECT_EQ(FormatJson(Parsed(nested)), nested);
  EXPECT_NE(ErrorOf("[" + nested + "]"), "no error");
  EXPECT_NE(ErrorOf(std::string(1'000'000, '[')), "no error");
  JsonLimits limits;
  limits.max_bytes = 4;
  EXPECT_EQ(ParseJson("[1,2]", limits).error().code(), base::Code::kResourceExhausted);
}

TEST(Json, PrintsInvalidUtf8AsReplacement) {
  EXPECT_EQ(FormatJson(Json("a\xFFz\xC3")), "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\"");
}

TEST(Json, PrintsPretty) {
  EXPECT_EQ(FormatJsonPretty(Parsed(R"({"a":[1,2],"b":{},"c":[]})")),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
}

TEST(Json, BuildsAndLooksUp) {
  Json value;
  value["name"] = "x";
  value["count"] = 3;
  value["list"].Append(true);
  EXPECT_EQ(FormatJson(value), R"({"count":3,"list":[true],"name":"x"})");
  EXPECT_EQ(value.StringOr("name", ""), "x");
  EXPECT_EQ(value.StringOr("count", "no string"), "no string");
  EXPECT_EQ(value.IntegerOr("count", 0), 3);
  EXPECT_TRUE(value.BoolOr("absent", true));
  EXPECT_EQ(value.Find("absent"), nullptr);
  EXPECT_EQ(Json(1).Find("x"), nullptr);
  EXPECT_EQ(value.KindName(), "object");
  EXPECT_EQ(value.Find("list")->KindName(), "array");
  EXPECT_EQ(Json().KindName(), "null");
}

}  // namespace
}  // namespace penstock::text
