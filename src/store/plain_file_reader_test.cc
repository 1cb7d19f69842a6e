// SPDX-License-Identifier: Apache-2.0
#include "store/plain_file_reader.h"

#include <fstream>
#include <functional>
#include <thread>

#include <unistd.h>

#include "crypto/checksum.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

constexpr uint64_t kBlock = 64 << 10;

// Takes bytes out of files, `most` at a time, and has no room in between.
class Taker final : public base::ByteSink, public base::FileSink {
 public:
  base::Status Write(std::string_view bytes) override {
    given += bytes.size();
    text += bytes;
    return {};
  }
  base::Result<std::optional<uint64_t>> WriteFrom(int descriptor, uint64_t offset,
                                                  uint64_t length) override {
    if (most == 0) return std::nullopt;
    std::string bytes(std::min(length, most), '\0');
    EXPECT_EQ(pread(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset)),
              static_cast<ssize_t>(bytes.size()));
    text += bytes;
    return bytes.size();
  }
  base::Result<size_t> WriteSome(std::string_view bytes) override {
    text += bytes;
    return bytes.size();
  }
  base::Status AwaitRoom() override {
    if (while_waiting) while_waiting();
    return {};
  }

  uint64_t most = 10'000;
  std::function<void()> while_waiting;
  std::string text;
  uint64_t given = 0;  // of these, by Write()
};

class PlainFileReaderTest : public testing::Test {
 protected:
  PlainFileReaderTest() {
    std::ofstream(path_) << bytes_;
    record_.size = bytes_.size();
    record_.block_size = kBlock;
    for (uint64_t at = 0; at < bytes_.size(); at += kBlock) {
      record_.block_sums.push_back(crypto::Crc32c(std::string_view(bytes_).substr(at, kBlock)));
    }
  }
  base::Status Read(uint64_t offset, uint64_t length) {
    PlainFileReader reader(files_->OpenForRead(path_).value(), record_, scratch_);
    return reader.Read(offset, length, buffer_, taker_);
  }
  void Flip(uint64_t at) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(bytes_[at] ^ 1));
  }

  TestDirectory directory_;
  std::unique_ptr<sys::FileSystem> files_ = sys::MakePosixFileSystem();
  const std::string path_ = directory_.path() + "/file";
  const std::string bytes_ = MakeBytes(1, 3 * kBlock + 20'000);
  FileRecord record_;
  ScratchBuffers scratch_{kBlock};
  std::vector<char> buffer_;
  Taker taker_;
};

TEST_F(PlainFileReaderTest, SendsAnyRangeOutOfTheFile) {
  struct Range {
    uint64_t offset, length, given;
  };
  // What is little of a block is copied.
  for (Range range : {Range{0, bytes_.size(), 0}, Range{100, 40'000, 0}, Range{5, 100, 100},
                      Range{kBlock - 10, kBlock, 10}, Range{kBlock, 2 * kBlock, 0},
                      Range{3 * kBlock + 10'000, 10'000, 10'000}}) {
    taker_.text.clear();
    taker_.given = 0;
    EXPECT_EQ(MessageOf(Read(range.offset, range.length)), "ok");
    EXPECT_EQ(Brief(taker_.text), Brief(bytes_.substr(range.offset, range.length)));
    EXPECT_EQ(taker_.given, range.given) << range.offset;
  }
}

TEST_F(PlainFileReaderTest, CopiesForASinkThatTakesNoFiles) {
  taker_.most = 0;
  EXPECT_EQ(MessageOf(Read(0, bytes_.size())), "ok");
  EXPECT_EQ(Brief(taker_.text), Brief(bytes_));
  EXPECT_EQ(taker_.given, bytes_.size());
}

TEST_F(PlainFileReaderTest, ReadsABlockPartByPart) {
  taker_.most = 0;
  PlainFileReader reader(files_->OpenForRead(path_).value(), record_, scratch_);
  constexpr uint64_t kPart = kBlock / 4 + 16;
  for (uint64_t at = 0; at < bytes_.size(); at += kPart) {
    uint64_t length = std::min(kPart, bytes_.size() - at);
    EXPECT_EQ(MessageOf(reader.Read(at, length, buffer_, taker_)), "ok");
  }
  EXPECT_EQ(Brief(taker_.text), Brief(bytes_));
  EXPECT_LE(buffer_.size(), kPart);
  Flip(7);
  EXPECT_EQ(reader.Read(0, 100, buffer_, taker_).error().code(), base::Code::kDataLoss);
}

TEST_F(PlainFileReaderTest, NothingOfADamagedBlockIsSent) {
  Flip(kBlock + 7);
  auto read = Read(0, bytes_.size());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), base::Code::kDataLoss);
  EXPECT_EQ(Brief(taker_.text), Brief(bytes_.substr(0, kBlock)));
}

// What was verified long ago may have been dropped from memory, and come back otherwise.
TEST_F(PlainFileReaderTest, ABlockIsVerifiedAgainAfterWaitingForASlowClient) {
  taker_.while_waiting = [&] {
    Flip(kBlock - 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    taker_.while_waiting = nullptr;
  };
  auto read = Read(0, bytes_.size());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), base::Code::kDataLoss);
  EXPECT_EQ(Brief(taker_.text), Brief(bytes_.substr(0, 10'000)));
}

TEST_F(PlainFileReaderTest, BlocksLargerThanTheScratchBuffersAreCopied) {
  record_.block_size = 2 * kBlock;
  record_.block_sums.clear();
  for (uint64_t at = 0; at < bytes_.size(); at += 2 * kBlock) {
    record_.block_sums.push_back(crypto::Crc32c(std::string_view(bytes_).substr(at, 2 * kBlock)));
  }
  EXPECT_EQ(MessageOf(Read(0, bytes_.size())), "ok");
  EXPECT_EQ(Brief(taker_.text), Brief(bytes_));
  EXPECT_EQ(taker_.given, bytes_.size());
}

}  // namespace
}  // namespace penstock::store
