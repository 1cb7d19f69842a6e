// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "store/local_objects.h"
#include "store/test_store.h"
#include "sys/fault_file_system.h"

namespace penstock::store {
namespace {

using sys::FileOperation;

constexpr size_t kBlock = 64 << 10;
constexpr size_t kCached = 1 << 20;  // go the usual way
constexpr size_t kSize = kCached + 9 * kBlock + 100;

// Objects that are written past the page cache, by other threads, after their first MiB.
class PlainFileWriterTest : public StoreTest {
 protected:
  PlainFileWriterTest() {
    options_.block_size = kBlock;
    options_.reserve_bytes = 0;
  }
  void SetUp() override {
    Reopen();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }
  sys::FileSystem& file_system() override { return faulty_; }

  sys::FaultFileSystem faulty_{*posix_};
};

class RealFileWriterTest : public PlainFileWriterTest {
 protected:
  sys::FileSystem& file_system() override { return *posix_; }
};

TEST_F(RealFileWriterTest, KeepsObjectsOfAllSizes) {
  for (size_t size :
       {kCached - 1, kCached, kCached + 1, kCached + kBlock - 1, kCached + kBlock,
        kCached + kBlock + 1, kCached + 2 * kBlock, kSize, 5 * kCached, 5 * kCached + 12'345}) {
    const std::string bytes = MakeBytes(size, size);
    EXPECT_EQ(Put("k", bytes).size, size);
    EXPECT_EQ(Brief(Get("k")), Brief(bytes)) << size;
  }
}

// More of them than are written by other threads at a time.
TEST_F(RealFileWriterTest, KeepsManyObjectsAtOnce) {
  constexpr uint64_t kThreads = 40;
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (uint64_t round = 0; round < 3; ++round) {
        Put("k" + std::to_string(i), MakeBytes(i * 10 + round, kSize + i * 1000));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (uint64_t i = 0; i < kThreads; ++i) {
    EXPECT_EQ(Brief(Get("k" + std::to_string(i))), Brief(MakeBytes(i * 10 + 2, kSize + i * 1000)));
  }
}

// Nobody has read what went past the cache back yet, so it is verified before it is handed out.
TEST_F(RealFileWriterTest, LinksNothingThatTheDriveHasChanged) {
  Put("k", MakeBytes(1, kSize));
  const std::string to = directory_.path() + "/linked";
  ASSERT_TRUE(LocalObjectsOf(*store_)->LinkObject("bucket", "k", to).value());
  Put("k", MakeBytes(2, kSize));
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(options_.directory + "/data")) {
    if (!entry.is_regular_file()) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(kCached + kBlock);
    file.put('x');
    file.put('y');
  }
  auto linked = LocalObjectsOf(*store_)->LinkObject("bucket", "k", to + "2");
  ASSERT_FALSE(linked);
  EXPECT_EQ(linked.error().code(), base::Code::kDataLoss);
}

TEST_F(PlainFileWriterTest, AFailureOfAnyBlockLeavesTheOldObject) {
  const std::string old = MakeBytes(1, kSize), fresh = MakeBytes(2, kSize);
  Put("k", old);
  const int before = faulty_.Count(FileOperation::kWrite);
  Put("other", old);
  const int writes = faulty_.Count(FileOperation::kWrite) - before;
  EXPECT_EQ(writes, static_cast<int>(kSize / kBlock) + 1);
  const size_t files = CountDataFiles(options_.directory);
  for (int nth = 1; nth <= writes; ++nth) {
    faulty_.FailNth(FileOperation::kWrite, nth);
    EXPECT_FALSE(TryPut("k", fresh)) << nth;
    EXPECT_EQ(Brief(Get("k")), Brief(old));
    EXPECT_EQ(CountDataFiles(options_.directory), files);
  }
  Put("k", fresh);
  EXPECT_EQ(Brief(Get("k")), Brief(fresh));
}

TEST_F(PlainFileWriterTest, AFullDriveRefusesAndRecovers) {
  for (size_t room = 0; room < kSize; room += kSize / 7) {
    faulty_.LimitSpace(room);
    auto put = TryPut("k", MakeBytes(3, kSize));
    ASSERT_FALSE(put) << room;
    EXPECT_EQ(put.error().reason(), reason::kNoSpace) << put.error().message();
    EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  }
  faulty_.LimitSpace(std::nullopt);
  Put("k", MakeBytes(4, kSize));
  EXPECT_EQ(Brief(Get("k")), Brief(MakeBytes(4, kSize)));
}

// A source that ends in the middle: what is being written then is waited for.
class BrokenSource final : public base::ByteSource {
 public:
  explicit BrokenSource(size_t size) : bytes_(MakeBytes(5, size)), source_(bytes_) {}
  base::Result<size_t> Read(std::span<char> buffer) override {
    PENSTOCK_TRY(size_t count, source_.Read(buffer));
    if (count == 0) return base::Fail(base::Code::kUnavailable, "the client has gone");
    return count;
  }

 private:
  std::string bytes_;
  base::StringSource source_;
};

TEST_F(PlainFileWriterTest, AClientThatGoesLeavesNothing) {
  for (size_t size = kCached; size < kSize; size += kBlock / 2) {
    BrokenSource source(size);
    EXPECT_FALSE(store_->PutObject("bucket", "k", source, {})) << size;
    EXPECT_EQ(CountDataFiles(options_.directory), 0u);
  }
}

}  // namespace
}  // namespace penstock::store
