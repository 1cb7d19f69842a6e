// SPDX-License-Identifier: Apache-2.0
#include "metadata/cache.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "metadata/metadata_store.h"

namespace penstock::metadata {
namespace {

using base::FromMicros;

class CacheTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/penstock-cache-XXXXXX";
    directory_ = mkdtemp(pattern);
    database_ = Database::Open(directory_ + "/m.db").value();
    store_ = std::make_unique<MetadataStore>(*database_);
  }
  void TearDown() override {
    store_.reset();
    database_.reset();
    std::filesystem::remove_all(directory_);
  }
  void Write(const std::function<base::Status(Transaction&)>& body) {
    ASSERT_TRUE(database_->Write(body));
  }
  void Put(const std::string& id, int64_t when, const std::string& artifact = "",
           const std::string& outline = "o") {
    Write([&](Transaction& tx) -> base::Status {
      CacheEntry entry;
      entry.id = id;
      entry.fingerprint = "f";
      entry.outline = outline;
      entry.pipeline_name = "p";
      entry.task_name = "t-" + id;
      entry.run_id = "r";
      entry.outputs["out"] = id;
      entry.created_at = FromMicros(when);
      if (!artifact.empty()) {
        Artifact row;
        row.id = artifact;
        row.uri = "minio://b/run/" + artifact;
        row.content = "sha256:1";
        PENSTOCK_RETURN_IF_ERROR(store_->artifacts.Insert(tx, row));
        entry.artifacts.push_back({row, "data", 0});
      }
      return store_->cache.Put(tx, entry);
    });
  }

  std::string directory_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<MetadataStore> store_;
};

TEST_F(CacheTest, TheNewestEntryComesFirstWithItsArtifacts) {
  Put("old", 1);
  Put("new", 2, "a");
  auto found = store_->cache.Find("f", 5).value();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].id, "new");
  ASSERT_EQ(found[0].artifacts.size(), 1u);
  EXPECT_EQ(found[0].artifacts[0].key, "data");
  EXPECT_EQ(found[0].artifacts[0].artifact.content, "sha256:1");
  EXPECT_TRUE(store_->cache.Find("g", 5)->empty());
  Put("old", 3);  // the same task again
  EXPECT_EQ(store_->cache.Find("f", 5)->front().id, "old");
}

TEST_F(CacheTest, OutlinesTellWhereThereCanBeNothing) {
  EXPECT_FALSE(store_->cache.MayHave("o", "p").value());
  Put("one", 1);
  EXPECT_TRUE(store_->cache.MayHave("o", "another").value());
  EXPECT_FALSE(store_->cache.MayHave("other", "p").value());
  Put("one", 2, "", "other");  // the same task again
  EXPECT_TRUE(store_->cache.MayHave("other", "p").value());
  EXPECT_FALSE(store_->cache.MayHave("o", "p").value());
  // As they were written before there were outlines.
  Put("old", 3, "", "");
  EXPECT_TRUE(store_->cache.MayHave("o", "p").value());
  EXPECT_FALSE(store_->cache.MayHave("o", "another").value());
}

TEST_F(CacheTest, HitsAreCountedAndEntriesInvalidated) {
  Put("one", 1, "a");
  Put("two", 2);
  Write([&](Transaction& tx) { return store_->cache.CountHit(tx, "one", FromMicros(9)); });
  EXPECT_EQ(store_->cache.Get("one")->hits, 1);
  EXPECT_EQ(store_->cache.List({}).value().total_size, 2);
  auto remove = [&](const CacheSelection& selection) {
    int64_t count = 0;
    Write([&](Transaction& tx) -> base::Status {
      PENSTOCK_TRY(count, store_->cache.Delete(tx, selection));
      return {};
    });
    return count;
  };
  EXPECT_TRUE(store_->artifacts.ListUnused(10)->empty());
  EXPECT_EQ(remove({.task_name = "t-one", .run_id = "another"}), 0);
  EXPECT_EQ(remove({.task_name = "t-one"}), 1);
  EXPECT_FALSE(store_->cache.Get("one"));
  ASSERT_EQ(store_->artifacts.ListUnused(10)->size(), 1u);  // nothing keeps it any more
  EXPECT_EQ(remove({}), 1);
}

TEST_F(CacheTest, RemovalsStayUntilTheyAreDone) {
  Write([&](Transaction& tx) { return store_->removals.Ask(tx, "minio://b/x", FromMicros(1)); });
  EXPECT_EQ(store_->removals.List(10).value(), std::vector<std::string>{"minio://b/x"});
  Put("kept", 1, "a");
  EXPECT_EQ(store_->artifacts.UrisBelow("minio://b/run")->size(), 1u);
  EXPECT_TRUE(store_->artifacts.UrisBelow("minio://b/ru")->empty());
  Write([&](Transaction& tx) { return store_->removals.Done(tx, "minio://b/x"); });
  EXPECT_TRUE(store_->removals.List(10)->empty());
}

}  // namespace
}  // namespace penstock::metadata
