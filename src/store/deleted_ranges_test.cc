// SPDX-License-Identifier: Apache-2.0
#include "store/deleted_ranges.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "store/drive_index.h"
#include "store/records.h"
#include "store/row_key.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

constexpr uint64_t kRows = DeletedRanges::kMany + 100;

class DeletedRangesTest : public testing::Test {
 protected:
  DeletedRangesTest() {
    IndexBatch put, deleted;
    for (uint64_t i = 0; i < kRows; ++i) {
      put.Put(row_key::Content(i), NumberRecord{i}.Encode());
      deleted.Delete(row_key::Content(i));
    }
    put.Put(row_key::Content(kRows), NumberRecord{kRows}.Encode());
    EXPECT_TRUE(index_->Commit(put));
    EXPECT_TRUE(index_->Commit(deleted));
  }

  // Walks from the front to the row that is left, and tells how many deleted ones were on the way.
  template <typename Rows>
  uint64_t PassedBy(const Rows& rows) {
    uint64_t before = DeletedRanges::PassedByThisThread();
    IndexCursor cursor = rows.Scan("c", "d");
    EXPECT_TRUE(cursor.Valid());
    EXPECT_EQ(cursor.row(), row_key::Content(kRows));
    cursor.Next();
    EXPECT_FALSE(cursor.Valid());
    return DeletedRanges::PassedByThisThread() - before;
  }

  template <typename Rows>
  bool WaitUntilNoneIsPassed(const Rows& rows) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      if (PassedBy(rows) == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  static std::unique_ptr<DriveIndex> Open(const std::string& directory) {
    IndexOptions options;
    options.directory = directory;
    options.may_create = true;
    return std::move(DriveIndex::Open(options).value());
  }

  TestDirectory directory_;
  std::unique_ptr<DriveIndex> index_ = Open(directory_.path());
};

TEST_F(DeletedRangesTest, AreCompactedOnceAReaderHasPassedOverThem) {
  EXPECT_EQ(PassedBy(*index_), kRows);
  EXPECT_TRUE(WaitUntilNoneIsPassed(*index_));
}

TEST_F(DeletedRangesTest, AreReportedByReadersOfASnapshot) {
  EXPECT_EQ(PassedBy(index_->Snapshot()), kRows);
  EXPECT_TRUE(WaitUntilNoneIsPassed(*index_));
}

TEST_F(DeletedRangesTest, DoNotKeepTheIndexFromBeingClosed) {
  EXPECT_EQ(PassedBy(*index_), kRows);
  index_.reset();
  index_ = Open(directory_.path());
  PassedBy(*index_);
}

}  // namespace
}  // namespace penstock::store
