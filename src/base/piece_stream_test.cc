// SPDX-License-Identifier: Apache-2.0
#include "base/piece_stream.h"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

// Appends what comes to a text.
struct Text : PieceStream {
  using PieceStream::PieceStream;
  ~Text() { GiveUp(); }
  std::string text;
};

void AppendAll(std::span<PieceStream* const> streams) {
  for (PieceStream* stream : streams) {
    for (KeptPiece& piece : stream->taken()) static_cast<Text*>(stream)->text += piece.bytes;
  }
}

// Bytes that are wiped as soon as they are let go.
std::shared_ptr<std::string> Piece(char c) {
  return std::shared_ptr<std::string>(new std::string(1000, c), [](std::string* text) {
    text->assign(text->size(), '!');
    delete text;
  });
}

TEST(PieceStream, GivesEachStreamsPiecesInTheirOrder) {
  for (PieceWorkers::Limits limits :
       {PieceWorkers::Limits{.threads = 1, .streams = 12, .together = 4},
        PieceWorkers::Limits{.threads = 3, .streams = 12, .pieces = 2},
        PieceWorkers::Limits{.threads = 2, .streams = 5}}) {
    PieceWorkers workers(limits, [&](std::span<PieceStream* const> streams) {
      EXPECT_LE(streams.size(), limits.together);
      for (PieceStream* stream : streams) {
        EXPECT_FALSE(stream->taken().empty());
        EXPECT_LE(stream->taken().size(), limits.pieces);
      }
      AppendAll(streams);
    });
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 12; ++thread) {
      threads.emplace_back([&] {
        Text stream(workers);
        std::string expected;
        for (int i = 0; i < 200; ++i) {
          const auto piece = Piece(static_cast<char>('a' + i % 26));
          expected += *piece;
          if (stream.Offer(*piece, piece)) continue;
          ++refused;
          stream.Await();
          stream.text += *piece;
        }
        stream.Await();
        EXPECT_TRUE(stream.text == expected);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(refused == 0 || limits.streams < 12);
  }
}

// Takes nothing before it is told to.
struct Gate {
  std::promise<void> entered, opened;
  void Pass() {
    entered.set_value();
    opened.get_future().wait();
  }
};

TEST(PieceStream, RefusesAStreamWhereTooManyHavePieces) {
  Gate gate;
  bool first_time = true;
  PieceWorkers workers({.threads = 1, .streams = 2}, [&](std::span<PieceStream* const> streams) {
    if (std::exchange(first_time, false)) gate.Pass();
    AppendAll(streams);
  });
  const auto piece = Piece('a');
  Text first(workers), second(workers), third(workers);
  EXPECT_TRUE(first.Offer(*piece, piece));
  gate.entered.get_future().wait();
  EXPECT_TRUE(second.Offer(*piece, piece));
  EXPECT_TRUE(second.Offer(*piece, piece));
  EXPECT_FALSE(third.Offer(*piece, piece));
  second.GiveUp();
  EXPECT_TRUE(third.Offer(*piece, piece));
  EXPECT_FALSE(second.Offer(*piece, piece));
  gate.opened.set_value();
  first.Await();
  EXPECT_TRUE(second.Offer(*piece, piece));
  second.Await();
  third.Await();
  for (Text* stream : {&first, &second, &third}) EXPECT_EQ(stream->text, *piece);
}

TEST(PieceStream, HoldsAsManyPiecesAsItMayAndLetsGoOfThem) {
  Gate gate;
  bool first = true;
  PieceWorkers workers({.threads = 1, .streams = 1, .waiting = 3},
                       [&](std::span<PieceStream* const> streams) {
                         if (std::exchange(first, false)) gate.Pass();
                         AppendAll(streams);
                       });
  Text stream(workers);
  std::vector<std::weak_ptr<std::string>> pieces;
  std::atomic<int> offered = 0;
  std::thread bringing([&] {
    for (int i = 0; i < 4; ++i) {
      const auto piece = Piece('a');
      pieces.emplace_back(piece);
      EXPECT_TRUE(stream.Offer(*piece, piece));
      ++offered;
    }
  });
  gate.entered.get_future().wait();
  while (offered < 3) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // as long as a wrong one might take
  EXPECT_EQ(offered, 3);
  gate.opened.set_value();
  bringing.join();
  stream.Await();
  for (const auto& piece : pieces) EXPECT_TRUE(piece.expired());
  EXPECT_EQ(stream.text.size(), 4000u);
}

TEST(PieceStream, GivesUpWhatWaits) {
  Gate gate;
  std::atomic<int> taken = 0;
  PieceWorkers workers({.threads = 1, .streams = 1}, [&](std::span<PieceStream* const>) {
    if (++taken == 1) gate.Pass();
  });
  const auto piece = Piece('a');
  {
    PieceStream stream(workers);
    for (int i = 0; i < 3; ++i) stream.Offer(*piece, piece);
    gate.entered.get_future().wait();
    std::thread opening([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      gate.opened.set_value();
    });
    stream.GiveUp();
    opening.join();
  }
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(piece.use_count(), 1);
}

}  // namespace
}  // namespace penstock::base
