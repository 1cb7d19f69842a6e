// SPDX-License-Identifier: Apache-2.0
#include "text/yaml.h"

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "text/yaml_scalar.h"

namespace penstock::text {
namespace {

std::string ReadData(const std::string& name) {
  std::ifstream file(base::SourceFile("tests/data/yaml/") + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> Split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
}

std::string KindOf(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "bool";
  if (value.is_integer()) return "int";
  return value.is_double() ? "float" : "str";
}

Json Expected(const std::string& text) {
  if (text == "nan") return Json(std::numeric_limits<double>::quiet_NaN());
  if (text == "inf") return Json(std::numeric_limits<double>::infinity());
  if (text == "-inf") return Json(-std::numeric_limits<double>::infinity());
  Result<Json> value = ParseJson(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value ? *value : Json();
}

bool Same(const Json& a, const Json& b) {
  if (a.is_double() && b.is_double() && std::isnan(a.as_number())) return std::isnan(b.as_number());
  return a == b;
}

TEST(YamlScalar, IsWhatPyYamlSays) {
  int count = 0;
  for (const std::string& line : Split(ReadData("scalars.txt"), "\n")) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> fields = Split(line, "\t");
    ASSERT_EQ(fields.size(), 3u) << line;
    Result<Json> value = ConstructScalar(ResolvePlainScalar(fields[1]), fields[1]);
    ++count;
    if (fields[0] == "error") {
      EXPECT_FALSE(value.has_value()) << line;
      continue;
    }
    ASSERT_TRUE(value.has_value()) << line;
    EXPECT_EQ(KindOf(*value), fields[0]) << line;
    EXPECT_TRUE(Same(*value, Expected(fields[2]))) << line << " is " << FormatJson(*value);
  }
  EXPECT_GT(count, 250);
}

struct Case {
  std::string name;
  std::string stream;
  std::vector<std::string> expected;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const std::string& block : Split("\n" + ReadData("documents.txt"), "\n=== ")) {
    size_t line = block.find('\n');
    size_t marker = block.find("\n>>>");
    if (marker == std::string::npos) continue;  // the comment at the top
    Case one{block.substr(0, line), block.substr(line + 1, marker - line), {}};
    for (const std::string& expected : Split(block.substr(marker + 4), "\n")) {
      if (!expected.empty()) one.expected.push_back(expected);
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

TEST(Yaml, ReadsStreams) {
  std::vector<Case> cases = Cases();
  EXPECT_GE(cases.size(), 40u);
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    Result<std::vector<Json>> documents = ParseYaml(one.stream);
    if (!one.expected.empty() && one.expected[0].starts_with("error ")) {
      ASSERT_FALSE(documents.has_value());
      EXPECT_NE(documents.error().message().find(one.expected[0].substr(6)), std::string::npos)
          << documents.error().message();
      EXPECT_EQ(documents.error().code(), base::Code::kInvalidArgument);
      continue;
    }
    ASSERT_TRUE(documents.has_value()) << documents.error().message();
    ASSERT_EQ(documents->size(), one.expected.size());
    for (size_t i = 0; i < documents->size(); ++i) {
      EXPECT_TRUE((*documents)[i] == Expected(one.expected[i])) << FormatJson((*documents)[i]);
    }
  }
}

TEST(Yaml, StopsBillionLaughs) {
  std::string text = "a0: &a0 [lol]\n";
  for (int i = 1; i < 30; ++i) {
    std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) text += ", " + before;
    text += "]\n";
  }
  YamlLimits limits;
  limits.max_nodes = 100'000;
  Result<std::vector<Json>> documents = ParseYaml(text, limits);
  ASSERT_FALSE(documents.has_value());
  EXPECT_EQ(documents.error().code(), base::Code::kResourceExhausted);
}

TEST(Yaml, StopsNestedAnchors) {
  YamlLimits limits;
  limits.max_text_bytes = 10'000;
  std::string text = std::string(1000, 'x');
  for (int i = 0; i < 8; ++i) text = "&a" + std::to_string(i) + " [" + text + "]";
  EXPECT_TRUE(ParseYaml(text, limits).has_value());
  for (int i = 8; i < 20; ++i) text = "&a" + std::to_string(i) + " [" + text + "]";
  EXPECT_FALSE(ParseYaml(text, limits).has_value());
}

TEST(Yaml, StopsLongTextThroughAliases) {
  std::string text = "a: &a " + std::string(1 << 20, 'x') + "\nb: [";
  for (int i = 0; i < 1000; ++i) text += "*a,";
  Result<std::vector<Json>> documents = ParseYaml(text + "]\n");
  ASSERT_FALSE(documents.has_value());
  EXPECT_EQ(documents.error().code(), base::Code::kResourceExhausted);
}

TEST(Yaml, StopsAtDepthAndLength) {
  std::string nested = std::string(200, '[') + std::string(200, ']');
  EXPECT_TRUE(ParseYaml(nested).has_value());
  EXPECT_FALSE(ParseYaml("[" + nested + "]").has_value());
  EXPECT_FALSE(ParseYaml(std::string(100'000, '[')).has_value());
  EXPECT_FALSE(ParseYaml(std::string(100'000, '{')).has_value());
  std::string dashes;
  for (int i = 0; i < 10'000; ++i) dashes += "- ";
  EXPECT_FALSE(ParseYaml(dashes).has_value());
  // Depth counts where the alias stands, not only where the anchor was.
  YamlLimits limits;
  limits.max_depth = 4;
  EXPECT_TRUE(ParseYaml("[&a [[1]], *a]", limits).has_value());
  EXPECT_FALSE(ParseYaml("[&a [[1]], [*a]]", limits).has_value());
  limits.max_bytes = 3;
  EXPECT_EQ(ParseYaml("[1, 2]", limits).error().code(), base::Code::kResourceExhausted);
}

Json ReadBack(const Json& value) {
  std::string text = FormatYaml(value);
  Result<std::vector<Json>> documents = ParseYaml(text);
  EXPECT_TRUE(documents.has_value()) << text << documents.error().message();
  if (!documents || documents->size() != 1) return Json("not one document");
  return (*documents)[0];
}

TEST(YamlFormat, WritesBlockStyle) {
  Json value = *ParseJson(
      R"({"a":[1,{"b":"x","c":[]}],"d":{"e":{},"f":"true"},"g":"one\ntwo\n","h":2.0,"i":null,
          "j k":"it's: quoted","l":[[1,2],[3]],"m":"1e3","n":"y"})");
  EXPECT_EQ(FormatYaml(value),
            "a:\n- 1\n- b: x\n  c: []\nd:\n  e: {}\n  f: \"true\"\ng: |\n  one\n  two\nh: 2.0\n"
            "i: null\nj k: \"it's: quoted\"\nl:\n- - 1\n  - 2\n- - 3\nm: \"1e3\"\n\"n\": \"y\"\n");
  EXPECT_EQ(FormatYaml(Json("x")), "x\n");
  EXPECT_EQ(FormatYaml(Json::Array()), "[]\n");
  EXPECT_EQ(FormatYaml(Json("a\nb")), "|-\n  a\n  b\n");
}

TEST(YamlFormat, ReadsBackEveryText) {
  std::vector<std::string> texts = {"",
                                    " ",
                                    "a ",
                                    " a",
                                    "\n",
                                    "a\n",
                                    "a\n\n",
                                    "\na",
                                    " a\nb",
                                    "a\n b\n",
                                    "  a\n\n\n",
                                    "\ta\nb",
                                    "a\tb",
                                    "a\n\tb\n",
                                    "a: b",
                                    "a #b",
                                    "#a",
                                    "- a",
                                    "-",
                                    "---",
                                    "...",
                                    "--- a\nb",
                                    "a\n---\nb\n",
                                    "a\n...\n",
                                    "%a",
                                    "!a",
                                    "&a",
                                    "*a",
                                    "?",
                                    "? a",
                                    "|",
                                    ">",
                                    "@a",
                                    "`a",
                                    "{a}",
                                    "[a]",
                                    "\"a\"",
                                    "'a'",
                                    "a\\b",
                                    "a\r\nb",
                                    "a\rb",
                                    "\x01",
                                    "\x7F",
                                    "\xC2\x85",
                                    "a\n\xE2\x80\xA8z\n",
                                    "\xEF\xBB\xBFz",
                                    "\xC3\xA9t\xC3\xA9\n\xF0\x9F\x98\x80\n",
                                    "a\n\xEF\xBB\xBFz",
                                    "<<",
                                    "=",
                                    "~",
                                    "null",
                                    "yes",
                                    "n",
                                    "1",
                                    "1.0",
                                    "0x1",
                                    "1:30",
                                    "2020-01-01",
                                    ".inf",
                                    std::string("a\0b", 3),
                                    "x\n \n",
                                    "x\n \ny",
                                    " \n ",
                                    "trailing \nspaces \n",
                                    "{{$}}",
                                    "{{$.inputs.parameters['a']}}",
                                    std::string(3000, 'x'),
                                    std::string(3000, '"'),
                                    "a\n" + std::string(3000, ' ') + "b"};
  for (const std::string& line : Split(ReadData("scalars.txt"), "\n")) {
    std::vector<std::string> fields = Split(line, "\t");
    if (fields.size() == 3) texts.push_back(fields[1]);
  }
  Json::Array all;
  for (const std::string& text : texts) {
    EXPECT_TRUE(ReadBack(Json(text)) == Json(text)) << FormatYaml(Json(text));
    Json nested(Json::Object{{text, Json::Array{Json(text), Json(Json::Object{{text, text}})}}});
    EXPECT_TRUE(ReadBack(nested) == nested) << FormatYaml(nested);
    all.push_back(nested);
  }
  EXPECT_TRUE(ReadBack(Json(all)) == Json(all));
}

TEST(YamlFormat, ReadsBackAMixedValue) {
  Json value = *ParseJson(R"({"":"","a b":"yes","n":"12","l":[[],{},[1,[2.5]],"line\nbreak"],
                              "t":true,"z":null,"d":1e-9,"w":3e2,"s":"~","u":"\u00e9","c":": #"})");
  EXPECT_TRUE(ReadBack(value) == value) << FormatYaml(value);
}

TEST(YamlFormat, KeepsFloatsFloats) {
  for (double value : {0.0, -0.0, 3.0, 1e21, 1.5e300, 1e-7, 5e-324, 0.1, -2.5}) {
    Json read = ReadBack(Json(value));
    EXPECT_TRUE(read.is_double()) << FormatYaml(Json(value));
    EXPECT_TRUE(read == Json(value)) << FormatYaml(Json(value));
  }
  EXPECT_EQ(FormatYaml(Json(std::numeric_limits<double>::infinity())), ".inf\n");
  EXPECT_TRUE(std::isnan(ReadBack(Json(std::nan(""))).as_number()));
}

TEST(YamlFormat, ReadsBackTheCases) {
  for (const Case& one : Cases()) {
    Result<std::vector<Json>> documents = ParseYaml(one.stream);
    if (!documents) continue;
    for (const Json& document : *documents) {
      EXPECT_TRUE(ReadBack(document) == document) << one.name << "\n" << FormatYaml(document);
    }
  }
}

}  // namespace
}  // namespace penstock::text
