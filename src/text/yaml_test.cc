// SPDX-License-Identifier: Apache-2.0
#include "text/yaml.h"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "text/yaml_scalar.h"

namespace penstock::text {
namespace {

std::string Parsed(std::string_view text) {
  auto documents = ParseYaml(text);
  if (!documents) return documents.error().message();
  std::string all;
  for (const Json& document : *documents) all += (all.empty() ? "" : " ") + FormatJson(document);
  return all;
}

TEST(YamlScalar, ResolvesAsPyYamlDoes) {
  std::ifstream file(PENSTOCK_SOURCE_DIR "/tests/data/yaml/scalars.tsv");
  std::string line;
  int count = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    size_t first = line.find('\t');
    size_t second = line.find('\t', first + 1);
    std::string scalar = line.substr(0, first);
    std::string kind = line.substr(first + 1, second - first - 1);
    Json expected = ParseJson(line.substr(second + 1)).value();
    Json actual = ConstructScalar(ResolvePlainScalar(scalar), scalar).value();
    if (kind == "integer") {
      EXPECT_TRUE(actual.is_number()) << scalar;
    } else if (kind == "double") {
      EXPECT_TRUE(actual.is_double()) << scalar;
    } else {
      EXPECT_EQ(actual.KindName(), kind) << scalar;
    }
    if (actual.is_double() && !std::isfinite(actual.as_number())) {
      EXPECT_EQ(FormatNumber(actual.as_number()), expected.as_string()) << scalar;
    } else {
      EXPECT_EQ(actual, expected) << scalar;
    }
    ++count;
  }
  EXPECT_GE(count, 90);
}

TEST(Yaml, ReadsBlocksAndFlows) {
  EXPECT_EQ(Parsed("a: 1\nb:\n- x\n- {c: [1, 2]}\n"), R"({"a":1,"b":["x",{"c":[1,2]}]})");
  EXPECT_EQ(Parsed("a: |\n  one\n  two\nb: >-\n  folded\n  text\n"),
            R"({"a":"one\ntwo\n","b":"folded text"})");
  EXPECT_EQ(Parsed("'1': \"2\"\n3: true\n"), R"({"1":"2","3":true})");
  EXPECT_EQ(Parsed(""), "");
}

TEST(Yaml, ReadsSeveralDocuments) { EXPECT_EQ(Parsed("a: 1\n---\nb: 2\n"), R"({"a":1} {"b":2})"); }

TEST(Yaml, FollowsAliasesAndMerges) {
  EXPECT_EQ(Parsed("base: &b {x: 1, y: 2}\nused:\n  <<: *b\n  y: 3\n"),
            R"({"base":{"x":1,"y":2},"used":{"x":1,"y":3}})");
  EXPECT_EQ(Parsed("a: &x [1]\nb: *x\n"), R"({"a":[1],"b":[1]})");
}

TEST(Yaml, HonoursTags) {
  EXPECT_EQ(Parsed("a: !!str 1\nb: !!int '7'\nc: !!float 1\n"), R"({"a":"1","b":7,"c":1})");
  EXPECT_NE(Parsed("a: !!python/object:os.system x\n").find("tag"), std::string::npos);
}

TEST(Yaml, NamesThePlaceOfAMistake) {
  EXPECT_NE(Parsed("a: 1\nb: [1\n").find("line 3"), std::string::npos) << Parsed("a: 1\nb: [1\n");
  EXPECT_NE(Parsed("a: 1\na: 2\n").find("line 2, column 1: the key 'a' appears twice"),
            std::string::npos);
  EXPECT_NE(Parsed("a: *nothing\n").find("names no anchor"), std::string::npos);
  EXPECT_NE(Parsed("[1]: 2\n").find("scalar"), std::string::npos);
}

TEST(Yaml, StopsABillionLaughs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    std::string above = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j == 0 ? "" : ", ") + above;
    bomb += "]\n";
  }
  EXPECT_NE(Parsed(bomb).find("more than"), std::string::npos);
}

TEST(Yaml, HasLimits) {
  YamlLimits limits;
  limits.max_depth = 5;
  EXPECT_TRUE(ParseYaml("[[[1]]]", limits));
  EXPECT_FALSE(ParseYaml("[[[[[[[1]]]]]]]", limits));
  limits.max_bytes = 3;
  EXPECT_EQ(ParseYaml("abcd", limits).error().code(), base::Code::kResourceExhausted);
  EXPECT_FALSE(ParseYaml(std::string(20'000, '[')));
}

TEST(Yaml, WritesWhatReadsBack) {
  Json value = ParseJson(R"({"":"","a b":"yes","n":"12","l":[[],{},[1,[2.5]],"line\nbreak"],
                             "t":true,"z":null,"d":1e-9,"w":3e2,"s":"~","u":"é","c":": #"})")
                   .value();
  std::string text = FormatYaml(value);
  auto again = ParseYaml(text);
  ASSERT_TRUE(again) << again.error().message() << "\n" << text;
  ASSERT_EQ(again->size(), 1u);
  EXPECT_EQ(again->front(), value) << text;
}

}  // namespace
}  // namespace penstock::text
