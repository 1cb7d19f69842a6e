// SPDX-License-Identifier: Apache-2.0
#include "crypto/md5_stream.h"

#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/digest.h"

namespace penstock::crypto {
namespace {

std::string RandomText(std::mt19937& random, size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::string InPieces(Md5Batches& batches, std::string_view text, std::mt19937& random) {
  Md5Stream stream(batches);
  while (!text.empty()) {
    std::string_view piece = text.substr(0, 1 + random() % (random() % 3 == 0 ? 100 : 100'000));
    stream.Update(piece);
    text.remove_prefix(piece.size());
  }
  return stream.Finish();
}

TEST(Md5Stream, GivesWhatTheLibraryGivesForEveryLength) {
  Md5Batches batches;
  std::mt19937 random(1);
  for (size_t size = 0; size < 300; ++size) {
    std::string text = RandomText(random, size);
    Md5Stream stream(batches);
    stream.Update(text);
    EXPECT_EQ(stream.Finish(), Md5(text)) << size;
    EXPECT_EQ(InPieces(batches, text, random), Md5(text)) << size;
  }
}

TEST(Md5Lanes, AnyNumberOfThemGivesWhatOneByOneGives) {
  if (!CanHashMd5Lanes()) GTEST_SKIP() << "this processor cannot";
  std::mt19937 random(2);
  for (size_t count = 1; count <= kMd5Lanes; ++count) {
    std::vector<std::string> texts;
    std::vector<Md5State> together(count, kMd5Start), alone(count, kMd5Start);
    std::vector<Md5Lane> lanes;
    for (size_t i = 0; i < count; ++i) texts.push_back(RandomText(random, kMd5Block * 37));
    for (size_t i = 0; i < count; ++i) lanes.push_back({&together[i], texts[i].data()});
    HashMd5Lanes(lanes, 37);
    for (size_t i = 0; i < count; ++i) HashMd5Blocks(alone[i], texts[i].data(), 37);
    EXPECT_EQ(together, alone) << count;
  }
}

TEST(Md5Batches, ManyThreadsWithMessagesOfAllSizes) {
  for (size_t threads : {1, 2, 8}) {
    Md5Batches batches(threads);
    std::vector<std::thread> streams;
    std::vector<int> wrong(24, 0);
    for (size_t t = 0; t < wrong.size(); ++t) {
      streams.emplace_back([&, t] {
        std::mt19937 random(static_cast<unsigned>(t));
        for (int i = 0; i < 6; ++i) {
          std::string text = RandomText(random, random() % 400'000);
          if (InPieces(batches, text, random) != Md5(text)) ++wrong[t];
        }
      });
    }
    for (std::thread& stream : streams) stream.join();
    EXPECT_EQ(wrong, std::vector<int>(wrong.size(), 0)) << threads;
  }
}

}  // namespace
}  // namespace penstock::crypto
