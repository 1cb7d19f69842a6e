// SPDX-License-Identifier: Apache-2.0
#include "erasure/reed_solomon.h"

#include <bit>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::erasure {
namespace {

// Shards of random bytes with their parity.
std::vector<std::string> MakeShards(const ReedSolomon& code, size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::string> shards(static_cast<size_t>(code.layout().total()),
                                  std::string(size, '\0'));
  std::vector<const char*> data;
  std::vector<char*> parity;
  for (size_t i = 0; i < shards.size(); ++i) {
    if (i < static_cast<size_t>(code.layout().data)) {
      for (char& c : shards[i]) c = static_cast<char>(random());
      data.push_back(shards[i].data());
    } else {
      parity.push_back(shards[i].data());
    }
  }
  code.Encode(data, parity, size);
  return shards;
}

std::vector<const char*> Pointers(const std::vector<std::string>& shards, size_t begin,
                                  size_t end) {
  std::vector<const char*> pointers;
  for (size_t i = begin; i < end; ++i) pointers.push_back(shards[i].data());
  return pointers;
}

// Takes away the shards in `lost` (a bit each) and rebuilds them from the first that are left.
void ExpectRebuilt(const ReedSolomon& code, const std::vector<std::string>& shards, uint32_t lost) {
  std::vector<int> sources, wanted;
  std::vector<const char*> in;
  for (int i = 0; i < code.layout().total(); ++i) {
    if ((lost >> i & 1) != 0) {
      wanted.push_back(i);
    } else if (static_cast<int>(sources.size()) < code.layout().data) {
      sources.push_back(i);
      in.push_back(shards[static_cast<size_t>(i)].data());
    }
  }
  size_t size = shards[0].size();
  std::vector<std::string> rebuilt(wanted.size(), std::string(size, 'x'));
  std::vector<char*> out;
  for (std::string& shard : rebuilt) out.push_back(shard.data());
  Rebuilder(code, sources, wanted).Rebuild(in, out, size);
  for (size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_EQ(rebuilt[i] == shards[static_cast<size_t>(wanted[i])], true)
        << code.layout().data << "+" << code.layout().parity << " lost " << lost << " size "
        << size;
  }
}

TEST(ReedSolomon, AnyShardsAsManyAsTheParityCanBeLost) {
  for (int data = 1; data <= 8; ++data) {
    for (int parity = 0; parity <= 4; ++parity) {
      ReedSolomon code({data, parity});
      // Around the widths that the processor works in.
      for (size_t size : {1u, 31u, 32u, 33u, 100u, 257u}) {
        std::vector<std::string> shards = MakeShards(code, size, static_cast<unsigned>(size));
        for (uint32_t lost = 0; lost < 1u << code.layout().total(); ++lost) {
          if (std::popcount(lost) <= parity) ExpectRebuilt(code, shards, lost);
        }
      }
    }
  }
}

TEST(ReedSolomon, WideCodesToo) {
  std::mt19937 random(3);
  for (Layout layout :
       {Layout{12, 4}, Layout{8, 8}, Layout{16, 16}, Layout{31, 1}, Layout{1, 31}}) {
    ReedSolomon code(layout);
    std::vector<std::string> shards = MakeShards(code, 1000, 1);
    for (int round = 0; round < 200; ++round) {
      uint32_t lost = 0;
      while (std::popcount(lost) < layout.parity) lost |= 1u << random() % layout.total();
      ExpectRebuilt(code, shards, lost);
    }
  }
}

TEST(ReedSolomon, NothingIsToBeDoneForNoBytes) {
  ReedSolomon code({2, 2});
  std::vector<std::string> shards = MakeShards(code, 0, 1);
  ExpectRebuilt(code, shards, 0b1001);
}

TEST(ReedSolomon, VerifyNoticesEveryFlippedBit) {
  ReedSolomon code({3, 2});
  std::vector<std::string> shards = MakeShards(code, 5000, 9);
  auto verify = [&] { return code.Verify(Pointers(shards, 0, 3), Pointers(shards, 3, 5), 5000); };
  EXPECT_TRUE(verify());
  for (size_t shard = 0; shard < 5; ++shard) {
    for (size_t place : {size_t{0}, size_t{4095}, size_t{4096}, size_t{4999}}) {
      shards[shard][place] = static_cast<char>(shards[shard][place] ^ 16);
      EXPECT_FALSE(verify()) << shard << " " << place;
      shards[shard][place] = static_cast<char>(shards[shard][place] ^ 16);
    }
  }
  EXPECT_TRUE(verify());
}

// The bytes on disk depend on the matrix: these must never change.
TEST(ReedSolomon, TheCodeIsFixed) {
  ReedSolomon code({2, 2});
  std::string a("\x01\x02\x80\xFF", 4), b("\x10\x00\x7F\xFF", 4);
  std::string p(4, '\0'), q(4, '\0');
  const char* data[] = {a.data(), b.data()};
  char* parity[] = {p.data(), q.data()};
  code.Encode(data, parity, 4);
  // Row 0 is 1/2 and 1/3, row 1 is 1/3 and 1/2, with 1/2 = 0x8E and 1/3 = 0xF4.
  auto times = [](uint8_t x, uint8_t y) {
    unsigned product = 0;
    for (int i = 0; i < 8; ++i) {
      if ((y >> i & 1) != 0) product ^= static_cast<unsigned>(x) << i;
    }
    for (int i = 15; i >= 8; --i) {
      if ((product >> i & 1) != 0) product ^= 0x11Du << (i - 8);
    }
    return static_cast<uint8_t>(product);
  };
  for (size_t i = 0; i < 4; ++i) {
    auto x = static_cast<uint8_t>(a[i]), y = static_cast<uint8_t>(b[i]);
    EXPECT_EQ(static_cast<uint8_t>(p[i]), times(0x8E, x) ^ times(0xF4, y)) << i;
    EXPECT_EQ(static_cast<uint8_t>(q[i]), times(0xF4, x) ^ times(0x8E, y)) << i;
  }
}

TEST(Layout, KnowsWhichCodesThereAre) {
  EXPECT_TRUE(IsValid({1, 0}));
  EXPECT_TRUE(IsValid({1, 1}));
  EXPECT_TRUE(IsValid({16, 16}));
  EXPECT_FALSE(IsValid({0, 2}));
  EXPECT_FALSE(IsValid({2, -1}));
  EXPECT_FALSE(IsValid({17, 16}));
}

}  // namespace
}  // namespace penstock::erasure
