// SPDX-License-Identifier: Apache-2.0
#include "store/row_key.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::store::row_key {
namespace {

using std::string_literals::operator""s;

TEST(RowKey, NumbersSortByValue) {
  std::vector<uint64_t> numbers = {0, 1, 255, 256, 65535, 1ull << 32, ~0ull};
  for (size_t i = 1; i < numbers.size(); ++i) {
    EXPECT_LT(Content(numbers[i - 1]), Content(numbers[i]));
    EXPECT_LT(Object(numbers[i - 1], "zzz"), Object(numbers[i], "a"));
  }
  EXPECT_LT(Part(7, 255), Part(7, 256));
  EXPECT_LT(Part(7, 10000), Part(8, 1));
  EXPECT_EQ(NumberOfPart(Part(7, 10000)), 10000);
}

TEST(RowKey, LooksAsTheFormatSays) {
  EXPECT_EQ(Object(0x0102, "a\0/"s), "o\0\0\0\0\0\0\x01\x02"s + "a\0/"s);
  EXPECT_EQ(KeyOfObject(Object(0x0102, "a\0/"s)), "a\0/"s);
  EXPECT_EQ(Upload(1, "a\0"s, "id"), "u\0\0\0\0\0\0\0\x01"s + "a\0\xFF"s + "\0\x01"s + "id");
  EXPECT_EQ(Part(1, 258), "p\0\0\0\0\0\0\0\x01\x01\x02"s);
  EXPECT_EQ(NameOfBucket(Bucket("abc")), "abc");
}

TEST(RowKey, UploadsSortByKeyAndThenById) {
  std::vector<std::string> keys = {"a", "a\0"s, "a\0\0"s, "a\0\x01"s, "a\0b"s, "a\x01"s, "aa", "b"};
  ASSERT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  std::vector<std::string> rows;
  for (const std::string& key : keys) {
    for (const char* id : {"", "0", "ff"}) {
      rows.push_back(Upload(5, key, id));
      auto name = NameOfUpload(rows.back());
      ASSERT_TRUE(name);
      EXPECT_EQ(name->key, key);
      EXPECT_EQ(name->upload_id, id);
    }
  }
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
}

TEST(RowKey, MalformedUploadsAreNoticed) {
  EXPECT_FALSE(NameOfUpload(""));
  EXPECT_FALSE(NameOfUpload(UploadKeyPrefix(1, "abc")));
  EXPECT_FALSE(NameOfUpload(UploadPrefix(1) + "a\0"s));
  EXPECT_FALSE(NameOfUpload(UploadPrefix(1) + "a\0\x02id"s));
}

TEST(RowKey, VersionsSortByKeyAndThenNewestFirst) {
  std::vector<std::string> keys = {"a", "a\0"s, "a\0\x01"s, "a\0b"s, "a\x01"s, "aa", "b"};
  std::vector<std::string> rows;
  for (const std::string& key : keys) {
    for (uint64_t sequence : {~uint64_t{0}, uint64_t{300}, uint64_t{1}}) {
      rows.push_back(Version(5, key, sequence));
      EXPECT_TRUE(rows.back().starts_with(VersionsOfKey(5, key)));
      auto name = NameOfVersion(rows.back());
      ASSERT_TRUE(name);
      EXPECT_EQ(name->key, key);
      EXPECT_EQ(name->sequence, sequence);
    }
  }
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_FALSE(NameOfVersion(VersionsOfKey(5, "a")));
  EXPECT_FALSE(NameOfVersion(Version(5, "a", 1) + "x"));
  EXPECT_EQ(BucketOf(Usage(0x0102)), 0x0102u);
  EXPECT_EQ(NameOfDocument(Document("users/a")), "users/a");
}

TEST(RowKey, PrefixEndIsTheNextAfterAllWithThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xFF\xFF"), "b");
  EXPECT_EQ(PrefixEnd("\xFF"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

}  // namespace
}  // namespace penstock::store::row_key
