// SPDX-License-Identifier: Apache-2.0
#include "executor/local/python_image.h"

#include <gtest/gtest.h>

#include "executor/local/case_file.h"
#include "executor/local/version.h"

namespace penstock::executor {
namespace {

TEST(PythonImage, ReadsImageNames) {
  const auto cases = ReadCases("python_images.txt");
  ASSERT_GT(cases.size(), 20u);
  for (const auto& [image, expected] : cases) {
    auto parsed = ParsePythonImage(image);
    const std::string got = !parsed ? "refused" : parsed->minor.empty() ? "newest" : parsed->minor;
    EXPECT_EQ(got, expected) << image;
  }
}

TEST(PythonImage, SaysWhatWouldHelp) {
  auto refused = ParsePythonImage("gcr.io/tensorflow:2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), base::Code::kInvalidArgument);
  EXPECT_NE(refused.error().message().find("gcr.io/tensorflow:2"), std::string::npos);
  EXPECT_NE(refused.error().message().find("python:X.Y"), std::string::npos);
}

TEST(Version, Parses) {
  EXPECT_EQ(ParseVersion("3.11.7")->micro, 7);
  EXPECT_EQ(ParseVersion("3.11")->minor, 11);
  EXPECT_EQ(ParseVersion("3")->minor, -1);
  for (const char* bad : {"", "x", "3.x", "3.1.2.3", "-3", "3..1", "3.99999999999"}) {
    EXPECT_FALSE(ParseVersion(bad)) << bad;
  }
}

TEST(Version, ComparesWithSpecifiers) {
  const Version version{3, 9, 4};
  for (const char* good : {"", ">=3.9", ">=3.7,<3.13", "==3.9", "!=3.8", "<=3.9 , >3.8"}) {
    EXPECT_TRUE(*SatisfiesVersion(version, good)) << good;
  }
  for (const char* bad : {"<3.9", ">3.9", ">=3.7,<3.9", "!=3.9", "<3.10,>=3.11"}) {
    EXPECT_FALSE(*SatisfiesVersion(version, bad)) << bad;
  }
  for (const char* unreadable : {"3.9", "~=3.9", ">=3", ">=3.9.1", ">= ", ">=3.9,,x"}) {
    EXPECT_FALSE(SatisfiesVersion(version, unreadable)) << unreadable;
  }
}

}  // namespace
}  // namespace penstock::executor
