// SPDX-License-Identifier: Apache-2.0
#include "store/index_writer.h"

#include <gtest/gtest.h>

#include "store/drive_index.h"
#include "store/row_key.h"
#include "store/test_store.h"
#include "store/usage.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// An index whose next commit fails, and leaves its batch there or not.
class FailingIndex final : public Index {
 public:
  explicit FailingIndex(std::unique_ptr<DriveIndex> index) : index_(std::move(index)) {}

  Result<std::optional<std::string>> Get(std::string_view row) const override {
    return index_->Get(row);
  }
  IndexCursor Scan(std::string_view begin, std::string_view end) const override {
    return index_->Scan(begin, end);
  }
  IndexSnapshot Snapshot() const override { return index_->Snapshot(); }
  Status Recover() override { return index_->Recover(); }

  Status Commit(IndexBatch& batch) override {
    if (!fails_) return index_->Commit(batch);
    fails_ = false;
    if (leaves_it_) {
      PENSTOCK_RETURN_IF_ERROR(index_->Commit(batch));
      batch.SetMayBeThere();
    }
    return Fail(Code::kUnavailable, "too few drives");
  }
  void FailNext(bool leave_it) {
    fails_ = true;
    leaves_it_ = leave_it;
  }

 private:
  std::unique_ptr<DriveIndex> index_;
  bool fails_ = false;
  bool leaves_it_ = false;
};

class NoFiles final : public DataFiles {
 public:
  Result<std::unique_ptr<DataFileWriter>> Create(uint64_t) override {
    return Fail(Code::kInternal, "none");
  }
  Result<std::unique_ptr<DataFileReader>> OpenReader(uint64_t, FileRecord) override {
    return Fail(Code::kInternal, "none");
  }
  void Remove(const std::vector<uint64_t>& ids) override {
    removed.insert(removed.end(), ids.begin(), ids.end());
  }
  Result<std::vector<uint64_t>> List(int) override { return std::vector<uint64_t>(); }
  size_t block_size() const override { return 1024; }

  std::vector<uint64_t> removed;
};

class IndexWriterTest : public testing::Test {
 protected:
  // A batch as a write of one object makes it, with a data file.
  Status CommitOne(uint64_t file) {
    UsageRecord added;
    added.objects = added.versions = 1;
    IndexBatch batch;
    batch.Put(row_key::File(file), FileRecord{}.Encode());
    batch.Add(row_key::Usage(1), added.Encode());
    return writer_.Commit(batch, {file});
  }
  uint64_t Versions() { return ReadUsage(index_, 1)->versions; }

  static std::unique_ptr<DriveIndex> Open(const std::string& directory) {
    IndexOptions options;
    options.directory = directory;
    options.may_create = true;
    return std::move(DriveIndex::Open(options).value());
  }

  TestDirectory directory_;
  WaitableLogger logger_;
  FailingIndex index_{Open(directory_.path())};
  NoFiles files_;
  IndexWriter writer_{index_, files_, logger_};
};

TEST_F(IndexWriterTest, TriesAgainWhatIsNotThere) {
  index_.FailNext(/*leave_it=*/false);
  EXPECT_TRUE(CommitOne(1));
  EXPECT_EQ(Versions(), 1u);
  EXPECT_TRUE(files_.removed.empty());
}

// It may be seen, as a failed write may; but what it adds is added once.
TEST_F(IndexWriterTest, NeverTriesAgainWhatMayBeThere) {
  index_.FailNext(/*leave_it=*/true);
  EXPECT_FALSE(CommitOne(1));
  EXPECT_EQ(Versions(), 1u);
  EXPECT_TRUE(CommitOne(2));
  EXPECT_EQ(Versions(), 2u);
  EXPECT_TRUE(files_.removed.empty()) << "a file went that a row names";
}

}  // namespace
}  // namespace penstock::store
