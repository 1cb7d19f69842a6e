// SPDX-License-Identifier: Apache-2.0
#include "executor/container/log_frames.h"

#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

std::string Frame(char stream, const std::string& bytes) {
  std::string frame{stream, 0, 0, 0, 0, 0, 0, static_cast<char>(bytes.size())};
  return frame + bytes;
}

TEST(LogFrames, AreTheSameInPiecesOfAnySize) {
  const std::string sent = Frame(1, "out") + Frame(2, "err\n") + Frame(1, "") + Frame(1, "put\n");
  for (size_t size = 1; size <= sent.size(); ++size) {
    std::string output, error;
    LogFrames frames([&](LogFrames::Stream stream, std::string_view bytes) {
      (stream == LogFrames::Stream::kError ? error : output) += bytes;
    });
    for (size_t at = 0; at < sent.size(); at += size) {
      ASSERT_TRUE(frames.Add(std::string_view(sent).substr(at, size)));
    }
    EXPECT_EQ(output, "output\n");
    EXPECT_EQ(error, "err\n");
  }
}

TEST(LogFrames, WhatIsNoFrameIsRefused) {
  for (const std::string& sent :
       {std::string("plain text"), Frame(3, "x"), Frame(1, "x") + "12345678"}) {
    LogFrames frames([](LogFrames::Stream, std::string_view) {});
    EXPECT_FALSE(frames.Add(sent));
  }
}

}  // namespace
}  // namespace penstock::executor
