// SPDX-License-Identifier: Apache-2.0
#include "ir/expression.h"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

using text::Json;

struct Case {
  std::string line, expression, expected;
};

// Lines "expression => expected" of a file in tests/data/conditions; '#' begins a comment.
std::vector<Case> ReadCases(const std::string& name) {
  std::ifstream file(base::SourceFile("tests/data/conditions/") + name);
  std::vector<Case> cases;
  for (std::string line; std::getline(file, line);) {
    size_t arrow = line.rfind(" => ");
    if (line.starts_with('#') || arrow == std::string::npos) continue;
    Case found{line, line.substr(0, arrow), line.substr(arrow + 4)};
    for (size_t at = 0; (at = found.expression.find("S(", at)) != std::string::npos; ++at) {
      size_t close = found.expression.find(')', at);
      if (close == std::string::npos) break;
      std::string parameter = found.expression.substr(at + 2, close - at - 2);
      if (parameter.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos) continue;
      found.expression.replace(at, close - at + 1, "inputs.parameter_values['" + parameter + "']");
    }
    cases.push_back(std::move(found));
  }
  EXPECT_GT(cases.size(), 10u) << name;
  return cases;
}

Json::Object Parameters() {
  auto parameters = text::ParseJson(
      R"({"s":"heads","i":5,"f":2.5,"b":true,"si":"7","n":null,"l":[1,2,"a"],
          "d":{"a":1,"b":{"c":"x"}},"q":"it's","e":"","u":"žluť","big":9007199254740993})");
  return parameters->as_object();
}

TEST(Expression, EvaluatesConditions) {
  const Json::Object parameters = Parameters();
  for (const Case& test : ReadCases("cel.txt")) {
    auto expression = Expression::Parse(test.expression);
    ASSERT_TRUE(expression) << test.line << ": " << expression.error().message();
    auto result = (*expression)->EvaluateCondition(parameters);
    const std::string error = "error: ";
    if (test.expected.starts_with(error)) {
      ASSERT_FALSE(result) << test.line;
      EXPECT_NE(result.error().message().find(test.expected.substr(error.size())),
                std::string::npos)
          << test.line << ": " << result.error().message();
    } else {
      ASSERT_TRUE(result) << test.line << ": " << result.error().message();
      EXPECT_EQ(*result ? "true" : "false", test.expected) << test.line;
    }
  }
}

TEST(Expression, RefusesBadSyntax) {
  for (const Case& test : ReadCases("syntax.txt")) {
    auto expression = Expression::Parse(test.expression);
    ASSERT_FALSE(expression) << test.line;
    EXPECT_EQ(expression.error().code(), base::Code::kInvalidArgument);
    EXPECT_NE(expression.error().message().find(test.expected), std::string::npos)
        << test.line << ": " << expression.error().message();
  }
}

TEST(Expression, EvaluatesSelectors) {
  for (const Case& test : ReadCases("selectors.txt")) {
    size_t bar = test.expression.find(" | ");
    auto value = text::ParseJson(test.expression.substr(0, bar));
    auto expression = Expression::Parse(test.expression.substr(bar + 3));
    ASSERT_TRUE(value) << test.line;
    ASSERT_TRUE(expression) << test.line << ": " << expression.error().message();
    auto result = (*expression)->EvaluateSelector(*value);
    const std::string error = "error: ";
    if (test.expected.starts_with(error)) {
      ASSERT_FALSE(result) << test.line;
      EXPECT_NE(result.error().message().find(test.expected.substr(error.size())),
                std::string::npos)
          << test.line << ": " << result.error().message();
    } else {
      ASSERT_TRUE(result) << test.line << ": " << result.error().message();
      EXPECT_EQ(text::FormatJson(*result), test.expected) << test.line;
    }
  }
}

std::string Repeated(const std::string& piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

// Depth is refused, length is not.
TEST(Expression, StandsHostileShapes) {
  for (const std::string& text :
       {Repeated("(", 30000), Repeated("!", 30000) + "true", Repeated("-", 30000) + "1",
        Repeated("[", 30000), "a" + Repeated("[0]", 20000), "a" + Repeated(".b", 30000),
        "1" + Repeated("==1", 20000), Repeated("true?", 10000), "a" + Repeated("[a", 20000),
        Repeated("int(", 15000), Repeated("x", 70000)}) {
    EXPECT_FALSE(Expression::Parse(text)) << text.substr(0, 10);
  }
  auto chain = Expression::Parse("true" + Repeated(" && true", 8000));
  ASSERT_TRUE(chain) << chain.error().message();
  auto result = (*chain)->EvaluateCondition({});
  ASSERT_TRUE(result);
  EXPECT_TRUE(*result);
}

}  // namespace
}  // namespace penstock::ir
