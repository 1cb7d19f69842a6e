// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gtest/gtest.h>

#include "keys/test_keys.h"
#include "store/drives/test_drives.h"

namespace penstock::store {
namespace {

class ShardedReaderTest : public DrivesTest {};

TEST_F(ShardedReaderTest, SlowReadersGetTheSame) {
  std::string bytes = MakeBytes(1, 300'001);
  Put("k", bytes);
  for (int damaged = -1; damaged < 4; ++damaged) {
    if (damaged >= 0) FlipBit(ShardsOn(damaged).at(0), 1000);
    auto reader = store_->OpenObject("bucket", "k", {}).value();
    SlowSink sink;
    sink.most = 700;
    ASSERT_TRUE(reader->Read(50, bytes.size() - 100, sink));
    EXPECT_EQ(Brief(sink.text), Brief(bytes.substr(50, bytes.size() - 100))) << damaged;
    EXPECT_GT(sink.waits, 100);
    reader.reset();
    HealAll();  // of parity too, which nobody has read
  }
}

class EncryptedDrivesTest : public DrivesTest {
 protected:
  EncryptedDrivesTest() {
    options_.master_keys = &masters_;
    options_.block_size = 256 << 10;
  }
  PutOptions Encrypted() {
    PutOptions options;
    options.encryption.kind = EncryptionKind::kServerKey;
    return options;
  }
  keys::MemoryMasterKeys masters_;
};

// Packages and shards have edges in different places.
TEST_F(EncryptedDrivesTest, ReadByThePackageWhateverIsMissing) {
  std::string bytes = MakeBytes(1, 1'000'001);
  ASSERT_TRUE(TryPut("k", bytes, Encrypted()));
  for (int damaged = -1; damaged < 4; ++damaged) {
    if (damaged >= 0) FlipBit(ShardsOn(damaged).at(0), 100'000);
    auto reader = store_->OpenObject("bucket", "k", {}).value();
    EXPECT_EQ(Brief(ReadWhole(*reader)), Brief(bytes));
    SlowSink sink;
    sink.most = 25'000;
    ASSERT_TRUE(reader->Read(50, bytes.size() - 100, sink));
    EXPECT_EQ(Brief(sink.text), Brief(bytes.substr(50, bytes.size() - 100))) << damaged;
    std::mt19937 random(1);
    for (int i = 0; i < 50; ++i) {
      uint64_t offset = random() % bytes.size();
      uint64_t length = std::min<uint64_t>(random() % 200'000, bytes.size() - offset);
      base::StringSink range;
      ASSERT_TRUE(reader->Read(offset, length, range));
      ASSERT_TRUE(range.text() == bytes.substr(offset, length)) << offset << " " << length;
    }
    reader.reset();
    HealAll();  // of parity too, which nobody has read
  }
}

}  // namespace
}  // namespace penstock::store
