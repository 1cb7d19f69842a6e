// SPDX-License-Identifier: Apache-2.0
#include "sys/line_splitter.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::sys {
namespace {

std::vector<std::string> Split(const std::vector<std::string>& pieces, size_t max_line = 100) {
  std::vector<std::string> lines;
  LineSplitter splitter(max_line, [&](std::string_view line) { lines.emplace_back(line); });
  for (const std::string& piece : pieces) splitter.Add(piece);
  splitter.Finish();
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineSplitter, JoinsPiecesIntoLines) {
  EXPECT_EQ(Split({"on", "e\ntw", "o\n"}), (Lines{"one", "two"}));
}

TEST(LineSplitter, KeepsEmptyLinesAndALastOneWithoutEnd) {
  EXPECT_EQ(Split({"\n\na"}), (Lines{"", "", "a"}));
  EXPECT_EQ(Split({}), Lines{});
}

TEST(LineSplitter, DropsCarriageReturnsBeforeTheEndOnly) {
  EXPECT_EQ(Split({"a\rb\r", "\n"}), (Lines{"a\rb"}));
}

TEST(LineSplitter, CutsLongLinesOnce) {
  EXPECT_EQ(Split({"abcdef", "ghi\nxy\n"}, 4),
            (Lines{"abcd [5 more bytes of this line left out]", "xy"}));
  EXPECT_EQ(Split({"abcd\n"}, 4), (Lines{"abcd"}));
}

}  // namespace
}  // namespace penstock::sys
