// SPDX-License-Identifier: Apache-2.0
#include "crypto/md5_ahead.h"

#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/digest.h"

namespace penstock::crypto {
namespace {

// Pieces that are wiped as soon as they are let go, so that a digest tells of any that was read
// later.
std::shared_ptr<std::string> Piece(std::mt19937& random, size_t size) {
  std::shared_ptr<std::string> piece(new std::string(size, '\0'), [](std::string* text) {
    text->assign(text->size(), '!');
    delete text;
  });
  for (char& c : *piece) c = static_cast<char>(random());
  return piece;
}

void HashOne(Md5Workers& workers, unsigned seed) {
  std::mt19937 random(seed);
  Digest expected(DigestKind::kMd5);
  Md5Ahead message(workers);
  for (int pieces = static_cast<int>(random() % 20); pieces > 0; --pieces) {
    auto piece = Piece(random, random() % 40'000);
    expected.Update(*piece);
    if (random() % 5 == 0) {
      message.UpdateNow(*piece);
    } else {
      std::string_view bytes = *piece;
      message.Update(bytes, std::move(piece));
    }
  }
  EXPECT_EQ(message.Finish(), expected.Finish()) << seed;
}

TEST(Md5Ahead, GivesWhatTheLibraryGivesForManyMessagesAtOnce) {
  for (size_t most : {1, 4, 100}) {
    Md5Workers workers(most);
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < 12; ++thread) {
      threads.emplace_back([&workers, thread] {
        for (unsigned i = 0; i < 20; ++i) HashOne(workers, thread * 100 + i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

TEST(Md5Ahead, LetsGoOfWhatIsHashed) {
  Md5Workers workers;
  std::mt19937 random(1);
  Md5Ahead message(workers);
  std::vector<std::weak_ptr<std::string>> pieces;
  for (int i = 0; i < 3; ++i) {
    auto piece = Piece(random, 1000);
    pieces.emplace_back(piece);
    std::string_view bytes = *piece;
    message.Update(bytes, std::move(piece));
  }
  message.UpdateNow("x");
  for (const auto& piece : pieces) EXPECT_TRUE(piece.expired());
}

TEST(Md5Ahead, CanBeGivenUpAtAnyTime) {
  Md5Workers workers;
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::weak_ptr<std::string>> pieces;
    {
      Md5Ahead message(workers);
      for (auto i = random() % 5; i > 0; --i) {
        auto piece = Piece(random, 100'000);
        pieces.emplace_back(piece);
        std::string_view bytes = *piece;
        message.Update(bytes, std::move(piece));
      }
    }
    for (const auto& piece : pieces) EXPECT_TRUE(piece.expired());
  }
  HashOne(workers, 3);
}

}  // namespace
}  // namespace penstock::crypto
