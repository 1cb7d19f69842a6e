// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_store.h"

namespace penstock::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ListingTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
    ASSERT_TRUE(store_->CreateBucket("neighbour", {}));
    base::StringSource source("x");
    ASSERT_TRUE(store_->PutObject("neighbour", "a", source, {}));
  }

  // The page's entries in order, common prefixes in brackets, "..." where it is truncated.
  std::vector<std::string> List(const ListOptions& options) {
    auto page = store_->ListObjects("bucket", options);
    if (!page) return {Describe(page.error())};
    std::vector<std::string> entries;
    auto common = page->common_prefixes.begin();
    for (const ObjectInfo& object : page->objects) {
      for (; common != page->common_prefixes.end() && *common < object.key; ++common) {
        entries.push_back("[" + *common + "]");
      }
      entries.push_back(object.key);
    }
    for (; common != page->common_prefixes.end(); ++common) entries.push_back("[" + *common + "]");
    if (page->truncated) entries.push_back("...");
    next_ = page->next_start_after;
    return entries;
  }

  std::string next_;
};

TEST_F(ListingTest, SortsByBytes) {
  for (const char* key : {"b", "a", "Z", "a/b", "a-b", "ä", "日", "\U0001F600", "\uFFFD"}) {
    Put(key, key);
  }
  EXPECT_THAT(List({}),
              ElementsAre("Z", "a", "a-b", "a/b", "b", "ä", "日", "\uFFFD", "\U0001F600"));
  auto page = store_->ListObjects("bucket", {}).value();
  EXPECT_EQ(page.objects[0].size, 1u);
  EXPECT_EQ(page.objects[0].etag, "21c2e59531c8710156d34a3c30ac81d5");
}

TEST_F(ListingTest, PrefixesAndDelimiters) {
  for (const char* key : {"a", "a/", "a/b", "a/c/d", "ab", "b/x", "b/y", "c"}) Put(key, "x");
  EXPECT_THAT(List({.prefix = "", .delimiter = "/", .start_after = ""}),
              ElementsAre("a", "[a/]", "ab", "[b/]", "c"));
  EXPECT_THAT(List({.prefix = "a/", .delimiter = "/", .start_after = ""}),
              ElementsAre("a/", "a/b", "[a/c/]"));
  EXPECT_THAT(List({.prefix = "a", .delimiter = "", .start_after = ""}),
              ElementsAre("a", "a/", "a/b", "a/c/d", "ab"));
  EXPECT_THAT(List({.prefix = "b", .delimiter = "/x", .start_after = ""}),
              ElementsAre("[b/x]", "b/y"));
  EXPECT_THAT(List({.prefix = "zz", .delimiter = "/", .start_after = ""}), IsEmpty());
  EXPECT_THAT(List({.prefix = "", .delimiter = "b", .start_after = ""}),
              ElementsAre("a", "a/", "[a/b]", "a/c/d", "[ab]", "[b]", "c"));
}

TEST_F(ListingTest, StartsAfterKeysAndCommonPrefixes) {
  for (const char* key : {"a", "a/b", "a/c", "b", "c/d"}) Put(key, "x");
  EXPECT_THAT(List({.prefix = "", .delimiter = "", .start_after = "a/b"}),
              ElementsAre("a/c", "b", "c/d"));
  EXPECT_THAT(List({.prefix = "", .delimiter = "", .start_after = "a/bb"}),
              ElementsAre("a/c", "b", "c/d"));
  EXPECT_THAT(List({.prefix = "", .delimiter = "/", .start_after = "a"}),
              ElementsAre("[a/]", "b", "[c/]"));
  EXPECT_THAT(List({.prefix = "", .delimiter = "/", .start_after = "a/"}),
              ElementsAre("b", "[c/]"));
  EXPECT_THAT(List({.prefix = "", .delimiter = "/", .start_after = "a/b"}),
              ElementsAre("b", "[c/]"));
  EXPECT_THAT(List({.prefix = "b", .delimiter = "", .start_after = "a"}), ElementsAre("b"));
  EXPECT_THAT(List({.prefix = "b", .delimiter = "", .start_after = "z"}), IsEmpty());
  EXPECT_THAT(List({.prefix = "", .delimiter = "/", .start_after = "zzz"}), IsEmpty());
}

TEST_F(ListingTest, PagesOfEverySizeGiveEverythingOnce) {
  std::set<std::string> expected;
  for (int i = 0; i < 30; ++i) {
    std::string key = (i % 3 == 0 ? "dir" + std::to_string(i % 4) + "/" : "") + std::to_string(i);
    Put(key, "x");
    expected.insert(i % 3 == 0 ? "[dir" + std::to_string(i % 4) + "/]" : key);
  }
  for (size_t page_size : {1u, 2u, 7u, 24u, 25u, 100u}) {
    std::multiset<std::string> seen;
    ListOptions options;
    options.delimiter = "/";
    options.max_entries = page_size;
    for (bool more = true; more;) {
      auto entries = List(options);
      more = !entries.empty() && entries.back() == "...";
      if (more) entries.pop_back();
      ASSERT_LE(entries.size(), page_size);
      seen.insert(entries.begin(), entries.end());
      options.start_after = next_;
    }
    EXPECT_EQ(seen, std::multiset<std::string>(expected.begin(), expected.end())) << page_size;
  }
}

TEST_F(ListingTest, AnExactlyFullPageIsNotTruncated) {
  Put("a", "x");
  Put("b", "x");
  ListOptions options;
  options.max_entries = 2;
  EXPECT_THAT(List(options), ElementsAre("a", "b"));
  options.max_entries = 1;
  EXPECT_THAT(List(options), ElementsAre("a", "..."));
  EXPECT_EQ(next_, "a");
  options.max_entries = 0;
  EXPECT_THAT(List(options), IsEmpty());
}

}  // namespace
}  // namespace penstock::store
