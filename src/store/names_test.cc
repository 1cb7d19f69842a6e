// SPDX-License-Identifier: Apache-2.0
#include "store/names.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "store/object_store.h"

namespace penstock::store {
namespace {

TEST(BucketNames, FollowTheRulesOfS3) {
  std::ifstream cases(base::SourceFile("tests/data/store/bucket_names.txt"));
  ASSERT_TRUE(cases.is_open());
  int count = 0;
  for (std::string line; std::getline(cases, line);) {
    if (line.empty() || line[0] == '#') continue;
    ++count;
    bool good = line.starts_with("good ");
    auto checked = CheckBucketName(std::string_view(line).substr(good ? 5 : 4));
    EXPECT_EQ(checked.has_value(), good) << line;
    if (!checked) {
      EXPECT_EQ(checked.error().reason(), reason::kBadBucketName) << line;
    }
  }
  EXPECT_GT(count, 20);
}

TEST(Keys, AreOneTo1024BytesOfUtf8) {
  EXPECT_TRUE(CheckKey("a"));
  EXPECT_TRUE(CheckKey(std::string(1024, 'x')));
  EXPECT_TRUE(CheckKey(std::string("nul\0inside", 10)));
  EXPECT_TRUE(CheckKey("日本語/\U0001F600"));
  EXPECT_EQ(CheckKey("").error().reason(), reason::kBadKey);
  EXPECT_EQ(CheckKey(std::string(1025, 'x')).error().reason(), reason::kBadKey);
  EXPECT_EQ(CheckKey("\xFF").error().reason(), reason::kBadKey);
}

TEST(Utf8, RefusesWhatRfc3629Refuses) {
  for (const char* good : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x20", "\xE0\x9F\xBF",
                          "\xE2\x82", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "a\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad)) << bad;
  }
}

}  // namespace
}  // namespace penstock::store
