// SPDX-License-Identifier: Apache-2.0
#include "store/object_store.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_store.h"

namespace penstock::store {
namespace {

using base::Code;

class ObjectStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }

  // The only data file.
  std::string DataFile() const {
    std::string found;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(options_.directory + "/data")) {
      if (entry.is_regular_file()) found = entry.path();
    }
    return found;
  }
  static void FlipByte(const std::string& path, std::streamoff offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(offset);
    char c = static_cast<char>(file.get() ^ 1);
    file.seekp(offset);
    file.put(c);
  }
};

TEST_F(ObjectStoreTest, KeepsWhatWasPutOverARestart) {
  std::string large = MakeBytes(1, 10'000);
  PutOptions options;
  options.metadata.content_type = "text/csv";
  options.metadata.system["cache-control"] = "no-cache";
  options.metadata.user["owner"] = "me";
  options.checksums = [] {
    return std::vector<ObjectChecksum>{{crypto::ChecksumKind::kCrc32, "AAAAAA==", false}};
  };
  ASSERT_TRUE(TryPut("small", "hello", options));
  ASSERT_TRUE(TryPut("large", large, options));
  Put("empty", "");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(Get("small"), "hello");
    EXPECT_EQ(Brief(Get("large")), Brief(large));
    EXPECT_EQ(Get("empty"), "");
    for (const char* key : {"small", "large"}) {
      auto info = store_->GetObjectInfo("bucket", key);
      ASSERT_TRUE(info);
      EXPECT_EQ(info->key, key);
      EXPECT_EQ(info->modified_at, clock_.Now());
      EXPECT_EQ(info->metadata.content_type, "text/csv");
      EXPECT_EQ(info->metadata.system.at("cache-control"), "no-cache");
      EXPECT_EQ(info->metadata.user.at("owner"), "me");
      ASSERT_EQ(info->checksums.size(), 1u);
      EXPECT_EQ(info->checksums[0].value, "AAAAAA==");
      EXPECT_TRUE(info->part_sizes.empty());
    }
    EXPECT_EQ(store_->GetObjectInfo("bucket", "small")->etag, "5d41402abc4b2a76b9719d911017c592");
    EXPECT_EQ(store_->GetObjectInfo("bucket", "large")->size, 10'000u);
    Reopen();
  }
}

TEST_F(ObjectStoreTest, SizesAroundTheLimitsReadBack) {
  for (size_t size : {1u, 1023u, 1024u, 1025u, 4095u, 4096u, 4097u, 5120u, 100'000u}) {
    std::string bytes = MakeBytes(size, size);
    EXPECT_EQ(Put("k", bytes).size, size);
    EXPECT_EQ(Brief(Get("k")), Brief(bytes)) << size;
    EXPECT_EQ(CountDataFiles(options_.directory), size < 4096 ? 0u : 1u);
  }
}

TEST_F(ObjectStoreTest, ReadsAnyRange) {
  for (size_t size : {3000u, 9000u}) {
    std::string bytes = MakeBytes(3, size);
    Put("k", bytes);
    auto reader = store_->OpenObject("bucket", "k").value();
    for (auto [offset, length] : std::vector<std::pair<size_t, size_t>>{
             {0, 1}, {1023, 2}, {1024, 1024}, {size - 1, 1}, {size, 0}, {500, 2000}, {0, size}}) {
      base::StringSink sink;
      ASSERT_TRUE(reader->Read(offset, length, sink));
      EXPECT_EQ(Brief(sink.text()), Brief(bytes.substr(offset, length)));
    }
    base::StringSink sink;
    EXPECT_EQ(Describe(reader->Read(size, 1, sink)), "<bad_range>");
    EXPECT_EQ(Describe(reader->Read(~uint64_t{0}, 2, sink)), "<bad_range>");
    EXPECT_EQ(sink.text(), "");
  }
}

TEST_F(ObjectStoreTest, OverwritingAndDeletingRemovesOldFiles) {
  Put("k", MakeBytes(1, 5000));
  Put("k", MakeBytes(2, 6000));
  EXPECT_EQ(CountDataFiles(options_.directory), 1u);
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(2, 6000)));
  Put("k", "small");
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  Put("j", MakeBytes(3, 5000));
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"k", "j", "never-there", "k"}));
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  EXPECT_EQ(Get("k"), "<no_such_key>");
  EXPECT_EQ(Get("j"), "<no_such_key>");
}

TEST_F(ObjectStoreTest, OpenReadersAreNotDisturbed) {
  std::string large = MakeBytes(1, 5000);
  Put("large", large);
  Put("small", "old");
  auto first = store_->OpenObject("bucket", "large").value();
  auto second = store_->OpenObject("bucket", "large").value();
  auto small = store_->OpenObject("bucket", "small").value();
  Put("large", MakeBytes(2, 5000));
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"large", "small"}));
  EXPECT_EQ(Brief(ReadWhole(*first)), Brief(large));
  EXPECT_EQ(ReadWhole(*small), "old");
  first.reset();
  EXPECT_EQ(Brief(ReadWhole(*second)), Brief(large));
  second.reset();
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
}

TEST_F(ObjectStoreTest, ConditionsAreChecked) {
  PutOptions absent;
  absent.condition.if_absent = true;
  PutOptions match;
  match.condition.if_match = "5d41402abc4b2a76b9719d911017c592";
  PutOptions any;
  any.condition.if_match = "*";
  EXPECT_EQ(Describe(TryPut("k", "hello", match)), "<no_such_key>");
  EXPECT_EQ(Describe(TryPut("k", "hello", any)), "<no_such_key>");
  EXPECT_EQ(Describe(TryPut("k", "hello", absent)), "ok");
  EXPECT_EQ(Describe(TryPut("k", "other", absent)), "<condition_failed>");
  EXPECT_EQ(Describe(TryPut("k", MakeBytes(1, 5000), match)), "ok");
  EXPECT_EQ(Describe(TryPut("k", "other", match)), "<condition_failed>");
  EXPECT_EQ(Describe(TryPut("k", "other", any)), "ok");
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
}

class FailingSource final : public base::ByteSource {
 public:
  explicit FailingSource(size_t good) : left_(good) {}
  base::Result<size_t> Read(std::span<char> buffer) override {
    if (left_ == 0) return base::Fail(Code::kAborted, "the client went away");
    size_t count = std::min(left_, buffer.size());
    std::fill_n(buffer.begin(), count, 'x');
    left_ -= count;
    return count;
  }

 private:
  size_t left_;
};

TEST_F(ObjectStoreTest, AFailedSourceOrTrailerLeavesNothing) {
  Put("k", "old");
  for (size_t good : {0u, 100u, 4096u, 50'000u}) {
    FailingSource source(good);
    EXPECT_EQ(store_->PutObject("bucket", "k", source, {}).error().code(), Code::kAborted);
  }
  PutOptions options;
  options.checksums = []() -> base::Result<std::vector<ObjectChecksum>> {
    return base::Fail(Code::kInvalidArgument, "wrong checksum");
  };
  EXPECT_EQ(TryPut("k", MakeBytes(1, 9000), options).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(Get("k"), "old");
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
}

TEST_F(ObjectStoreTest, DamagedBlocksAreNeverServed) {
  std::string bytes = MakeBytes(1, 5000);
  Put("k", bytes);
  FlipByte(DataFile(), 2100);
  auto reader = store_->OpenObject("bucket", "k").value();
  base::StringSink sink;
  auto read = reader->Read(0, 5000, sink);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Code::kDataLoss);
  EXPECT_THAT(read.error().message(), testing::HasSubstr("'bucket/k'"));
  EXPECT_EQ(Brief(sink.text()), Brief(bytes.substr(0, 2048)));
  base::StringSink rest;
  EXPECT_TRUE(reader->Read(3072, 1928, rest));
  EXPECT_EQ(rest.text(), bytes.substr(3072));

  std::filesystem::resize_file(DataFile(), 4000);
  EXPECT_EQ(reader->Read(4500, 1, rest).error().code(), Code::kDataLoss);
  std::filesystem::remove(DataFile());
  EXPECT_EQ(Get("k"), "<data loss>");
  EXPECT_TRUE(DeleteKeys(*store_, "bucket", {"k"}));
}

TEST_F(ObjectStoreTest, ASinkFailurePassesAsItIs) {
  class FailingSink final : public base::ByteSink {
    base::Status Write(std::string_view) override {
      return base::Fail(Code::kCancelled, "the client went away");
    }
  };
  Put("k", MakeBytes(1, 5000));
  FailingSink sink;
  auto read = store_->OpenObject("bucket", "k").value()->Read(0, 5000, sink);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Code::kCancelled);
  EXPECT_EQ(read.error().message(), "the client went away");
}

TEST_F(ObjectStoreTest, Buckets) {
  EXPECT_EQ(Describe(store_->CreateBucket("bucket", {})), "<bucket_exists>");
  EXPECT_EQ(Describe(store_->CreateBucket("Bad_Name", {})), "<bad_bucket_name>");
  EXPECT_EQ(Describe(store_->DeleteBucket("absent")), "<no_such_bucket>");
  EXPECT_EQ(Describe(store_->GetBucket("absent")), "<no_such_bucket>");
  EXPECT_EQ(Get("k", "absent"), "<no_such_bucket>");
  base::StringSource source("x");
  EXPECT_EQ(Describe(store_->PutObject("absent", "k", source, {})), "<no_such_bucket>");
  EXPECT_EQ(Describe(DeleteKeys(*store_, "absent", {"k"})), "<no_such_bucket>");
  EXPECT_EQ(Describe(store_->ListObjects("absent", {})), "<no_such_bucket>");
  clock_.Advance(base::Duration(5));
  ASSERT_TRUE(store_->CreateBucket("another", {}));
  auto buckets = store_->ListBuckets({}).value().buckets;
  ASSERT_EQ(buckets.size(), 2u);
  EXPECT_EQ(buckets[0].name, "another");
  EXPECT_EQ(buckets[0].created_at, clock_.Now());
  EXPECT_EQ(buckets[1].name, "bucket");
  EXPECT_EQ(store_->GetBucket("another").value()->created_at, clock_.Now());
}

TEST_F(ObjectStoreTest, OnlyEmptyBucketsAreDeletedAndNothingOfThemComesBack) {
  Put("k", "x");
  EXPECT_EQ(Describe(store_->DeleteBucket("bucket")), "<bucket_not_empty>");
  ASSERT_TRUE(DeleteKeys(*store_, "bucket", {"k"}));
  std::string upload = store_->CreateUpload("bucket", "u", {}).value();
  base::StringSource source("part");
  ASSERT_TRUE(store_->PutPart("bucket", "u", upload, 1, source, {}));
  EXPECT_EQ(CountDataFiles(options_.directory), 1u);
  ASSERT_TRUE(store_->DeleteBucket("bucket"));
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  EXPECT_EQ(Get("k"), "<no_such_bucket>");
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  EXPECT_TRUE(store_->ListUploads("bucket", "", "", "", 10)->empty());
  EXPECT_EQ(Describe(store_->AbortUpload("bucket", "u", upload)), "<no_such_upload>");
}

TEST_F(ObjectStoreTest, BadKeysAreRefusedEverywhere) {
  std::string bad(1025, 'x');
  EXPECT_EQ(Describe(TryPut(bad, "x")), "<bad_key>");
  EXPECT_EQ(Get(bad), "<bad_key>");
  EXPECT_EQ(Get(""), "<bad_key>");
  EXPECT_EQ(Describe(store_->GetObjectInfo("bucket", "\xFF")), "<bad_key>");
  EXPECT_EQ(Describe(DeleteKeys(*store_, "bucket", {"ok", bad})), "<bad_key>");
  EXPECT_EQ(Describe(store_->CreateUpload("bucket", "", {})), "<bad_key>");
}

TEST_F(ObjectStoreTest, IsOpenedOnceAtATime) {
  auto second = ObjectStore::Open(options_, *posix_, clock_, random_, logger_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kFailedPrecondition);
  EXPECT_THAT(second.error().message(), testing::HasSubstr("open already"));
  Put("k", "still works");
}

TEST_F(ObjectStoreTest, RefusesNewerAndForeignFormats) {
  store_.reset();
  auto open_with = [&](const std::string& stamp) {
    std::ofstream(options_.directory + "/FORMAT") << stamp;
    auto opened = ObjectStore::Open(options_, *posix_, clock_, random_, logger_);
    return opened ? "ok" : opened.error().message();
  };
  EXPECT_THAT(open_with("penstock-store 2\n"), testing::HasSubstr("newer Penstock"));
  for (const char* stamp : {"", "penstock-store \n", "penstock-store 1", "penstock-store 0\n",
                            "penstock-store x\n", "minio 1\n"}) {
    EXPECT_THAT(open_with(stamp), testing::HasSubstr("is not the stamp")) << stamp;
  }
  EXPECT_EQ(open_with("penstock-store 1\n"), "ok");
}

// A new index would make orphans of everything.
TEST_F(ObjectStoreTest, RefusesADirectoryThatHasLostItsIndexOrStamp) {
  Put("k", MakeBytes(1, 5000));
  store_.reset();
  std::filesystem::rename(options_.directory + "/FORMAT", options_.directory + "/gone");
  auto opened = ObjectStore::Open(options_, *posix_, clock_, random_, logger_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::kFailedPrecondition);
  std::filesystem::rename(options_.directory + "/gone", options_.directory + "/FORMAT");
  std::filesystem::rename(options_.directory + "/index", options_.directory + "/gone");
  EXPECT_FALSE(ObjectStore::Open(options_, *posix_, clock_, random_, logger_));
  std::filesystem::remove_all(options_.directory + "/index");
  std::filesystem::rename(options_.directory + "/gone", options_.directory + "/index");
  Reopen();
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 5000)));
}

TEST_F(ObjectStoreTest, SweepsOrphansAndNothingElse) {
  Put("k", MakeBytes(1, 5000));
  std::string upload = store_->CreateUpload("bucket", "u", {}).value();
  base::StringSource source("part");
  ASSERT_TRUE(store_->PutPart("bucket", "u", upload, 1, source, {}));
  store_.reset();
  std::ofstream(options_.directory + "/data/20/0000000000000020") << "orphan";
  std::ofstream(options_.directory + "/data/ff/ffffffffffffffff") << "a number not given out yet";
  std::ofstream(options_.directory + "/data/00/README") << "not ours";
  Reopen();
  ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
  EXPECT_FALSE(std::filesystem::exists(options_.directory + "/data/20/0000000000000020"));
  EXPECT_TRUE(std::filesystem::exists(options_.directory + "/data/00/README"));
  EXPECT_EQ(CountDataFiles(options_.directory), 4u);
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(1, 5000)));
}

}  // namespace
}  // namespace penstock::store
