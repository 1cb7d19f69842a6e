// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/fault_index_env.h"
#include "store/open_store.h"
#include "store/test_store.h"
#include "sys/fault_file_system.h"

namespace penstock::store {
namespace {

using base::Code;
using sys::FileOperation;

class StoreFaultTest : public StoreTest {
 protected:
  void SetUp() override {
    options_.reserve_bytes = 0;
    OpenOnFaults();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }
  void OpenOnFaults() {
    store_.reset();
    auto store = OpenStore(options_, faulty_, clock_, random_, logger_,
                           [this](const std::string&) { return env_.get(); });
    ASSERT_TRUE(store) << store.error().message();
    store_ = std::move(*store);
  }

  sys::FaultFileSystem faulty_{*posix_};
  std::shared_ptr<FaultIndexFiles> index_files_ = std::make_shared<FaultIndexFiles>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(index_files_);
};

TEST_F(StoreFaultTest, AFailureAtAnyStepOfWritingLeavesTheOldObject) {
  std::string old = MakeBytes(1, 5000), fresh = MakeBytes(2, 9000);
  Put("k", old);
  for (FileOperation operation : {FileOperation::kCreate, FileOperation::kWrite,
                                  FileOperation::kSync, FileOperation::kSyncDirectory}) {
    for (int nth = 1; nth <= (operation == FileOperation::kWrite ? 9 : 1); ++nth) {
      faulty_.FailNth(operation, nth);
      EXPECT_FALSE(TryPut("k", fresh)) << static_cast<int>(operation) << " " << nth;
      EXPECT_EQ(Brief(Get("k")), Brief(old));
      EXPECT_EQ(CountDataFiles(options_.directory), 1u);
    }
  }
  Put("k", fresh);
  EXPECT_EQ(Brief(Get("k")), Brief(fresh));
}

// Nobody is told that he lacks a permission: it is the server that does.
TEST_F(StoreFaultTest, AFileThatTheServerMayNotTouchIsTheServersFault) {
  Put("k", MakeBytes(1, 9000));
  for (FileOperation operation : {FileOperation::kCreate, FileOperation::kWrite,
                                  FileOperation::kSync, FileOperation::kSyncDirectory}) {
    faulty_.FailNth(operation, 1, Code::kPermissionDenied);
    auto put = TryPut("k", MakeBytes(2, 9000));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code(), Code::kInternal) << put.error().message();
  }
  for (FileOperation operation : {FileOperation::kOpen, FileOperation::kRead}) {
    faulty_.FailNth(operation, 1, Code::kPermissionDenied);
    auto reader = store_->OpenObject("bucket", "k", {});
    base::StringSink sink;
    base::Status read =
        reader ? (*reader)->Read(0, 9000, sink) : base::Status(Fail(reader.error()));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), Code::kInternal) << read.error().message();
  }
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 9000)));
}

TEST_F(StoreFaultTest, AFullDriveRefusesDataFilesAndRecovers) {
  faulty_.LimitSpace(3000);
  auto put = TryPut("k", MakeBytes(1, 5000));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code(), Code::kResourceExhausted);
  EXPECT_EQ(put.error().reason(), reason::kNoSpace);
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  EXPECT_EQ(Get("k"), "<no_such_key>");
  std::string upload = store_->CreateUpload("bucket", "u", {}).value();
  std::string bytes = MakeBytes(2, 5000);
  base::StringSource source(bytes);
  EXPECT_EQ(Describe(store_->PutPart("bucket", "u", upload, 1, source, {})), "<no_space>");
  faulty_.LimitSpace(std::nullopt);
  Put("k", MakeBytes(1, 5000));
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 5000)));
}

TEST_F(StoreFaultTest, TheReserveIsKeptForDeleting) {
  options_.reserve_bytes = 1 << 20;
  OpenOnFaults();
  Put("k", MakeBytes(1, 5000));
  faulty_.LimitSpace(1 << 20);
  ASSERT_TRUE(TryPut("k", "fits"));
  ASSERT_TRUE(TryPut("l", MakeBytes(1, 5000)));
  EXPECT_EQ(Describe(TryPut("k", "x")), "<no_space>");
  EXPECT_EQ(Describe(store_->CreateUpload("bucket", "u", {})), "<no_space>");
  EXPECT_EQ(Get("k"), "fits");
  EXPECT_TRUE(DeleteKeys(*store_, "bucket", {"k", "l"}));
}

TEST_F(StoreFaultTest, AFullIndexRefusesWritesServesReadsAndRecovers) {
  Put("small", "old");
  Put("large", MakeBytes(1, 5000));
  index_files_->SetFull(true);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Describe(TryPut("small", "new")), "<no_space>");
    EXPECT_EQ(Describe(TryPut("large", MakeBytes(2, 5000))), "<no_space>");
    EXPECT_EQ(Describe(DeleteKeys(*store_, "bucket", {"small"})), "<no_space>");
    EXPECT_EQ(Describe(store_->CreateBucket("another", {})), "<no_space>");
    EXPECT_EQ(Get("small"), "old");
    EXPECT_EQ(Brief(Get("large")), Brief(MakeBytes(1, 5000)));
  }
  index_files_->SetFull(false);
  Put("large", MakeBytes(3, 6000));
  EXPECT_EQ(CountDataFiles(options_.directory), 1u) << "files of failed writes are removed";
  EXPECT_EQ(Get("small"), "old");
  OpenOnFaults();
  EXPECT_EQ(Get("small"), "old");
  EXPECT_EQ(Brief(Get("large")), Brief(MakeBytes(3, 6000)));
  EXPECT_EQ(store_->ListBuckets({})->buckets.size(), 1u);
}

TEST_F(StoreFaultTest, AFullIndexThatIsKilledComesBackWhole) {
  Put("large", MakeBytes(1, 5000));
  index_files_->SetFull(true);
  EXPECT_FALSE(TryPut("large", MakeBytes(2, 5000)));
  store_.reset();
  index_files_->SetFull(false);
  logger_.Clear();
  OpenOnFaults();
  ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
  EXPECT_EQ(Brief(Get("large")), Brief(MakeBytes(1, 5000)));
  EXPECT_EQ(CountDataFiles(options_.directory), 1u);
}

TEST_F(StoreFaultTest, AReadFailureIsAnErrorAndNotAnEmptyObject) {
  Put("k", MakeBytes(1, 5000));
  faulty_.FailNth(FileOperation::kRead, 2);
  base::StringSink sink;
  auto reader = store_->OpenObject("bucket", "k").value();
  auto read = reader->Read(0, 5000, sink);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message(), testing::HasSubstr("bucket/k"));
  faulty_.FailNth(FileOperation::kOpen, 1, Code::kUnavailable);
  EXPECT_EQ(store_->OpenObject("bucket", "k").error().code(), Code::kUnavailable);
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 5000)));
}

TEST_F(StoreFaultTest, AFileThatCannotBeRemovedIsSweptLater) {
  Put("k", MakeBytes(1, 5000));
  faulty_.FailNth(FileOperation::kRemove, 1, Code::kPermissionDenied);
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"k"}));
  EXPECT_EQ(CountDataFiles(options_.directory), 1u);
  store_.reset();  // so that its own sweep has nothing more to say
  logger_.Clear();
  OpenOnFaults();
  ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
}

}  // namespace
}  // namespace penstock::store
