// SPDX-License-Identifier: Apache-2.0
#include "net/chunked_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/case_file.h"

namespace penstock::net {
namespace {

using testing::HasSubstr;

struct Decoded {
  std::string data;
  std::string rest;
  bool done = false;
  std::string error;
};

// Shows the decoder ever longer input, `piece` bytes more at a time, as a socket would.
Decoded Decode(const std::string& input, size_t piece, size_t max_data = SIZE_MAX) {
  ChunkedDecoder decoder;
  Decoded result;
  size_t used = 0;
  size_t shown = 0;
  while (!decoder.done()) {
    auto step = decoder.Next(std::string_view(input).substr(used, shown - used), max_data);
    if (!step) {
      EXPECT_FALSE(decoder.Next("0\r\n\r\n")) << "goes on after an error";
      result.error = step.error().message();
      return result;
    }
    EXPECT_LE(step->data.size(), max_data);
    result.data += step->data;
    used += step->consumed;
    if (step->consumed > 0) continue;
    if (shown == input.size()) return result;
    shown = std::min(shown + piece, input.size());
  }
  result.done = true;
  result.rest = input.substr(used);
  return result;
}

void Check(const HttpCase& c, const Decoded& decoded) {
  const std::string& line = c.expectations.at(0);
  if (line.starts_with("bad ")) {
    EXPECT_THAT(decoded.error, HasSubstr(line.substr(4)));
    return;
  }
  EXPECT_EQ(decoded.error, "");
  EXPECT_EQ(decoded.done, line != "more");
  if (line == "more") return;
  size_t rest = line.find(" rest ");
  std::string data = Unescape(line.substr(std::min<size_t>(3, line.size()), rest - 3));
  EXPECT_EQ(decoded.data, data);
  EXPECT_EQ(decoded.rest, rest == std::string::npos ? "" : line.substr(rest + 6));
}

TEST(ChunkedDecoder, CasesInPiecesOfEverySize) {
  auto cases = ReadHttpCases("chunked.txt");
  ASSERT_GT(cases.size(), 25u);
  for (const HttpCase& c : cases) {
    for (size_t piece = 1; piece <= c.input.size(); ++piece) {
      SCOPED_TRACE(c.name + " in pieces of " + std::to_string(piece));
      Check(c, Decode(c.input, piece));
      Check(c, Decode(c.input, piece, 2));
    }
  }
}

TEST(ChunkedDecoder, BoundsLines) {
  std::string fits = "1;" + std::string(ChunkedDecoder::kMaxLineBytes - 4, 'x') + "\r\n";
  EXPECT_EQ(Decode(fits + "a\r\n0\r\n\r\n", 1000).data, "a");
  std::string endless = "1;" + std::string(ChunkedDecoder::kMaxLineBytes, 'x');
  EXPECT_THAT(Decode(endless, 1000).error, HasSubstr("too long"));
}

TEST(ChunkedDecoder, BoundsTrailers) {
  std::string input = "0\r\n";
  while (input.size() < ChunkedDecoder::kMaxTrailerBytes + 100) input += "Name: value\r\n";
  EXPECT_THAT(Decode(input + "\r\n", 1000).error, HasSubstr("trailer is too long"));
}

TEST(ChunkedDecoder, RefusesBodiesThatAreMostlyExtensions) {
  std::string input;
  for (int i = 0; i < 200; ++i) input += "1;" + std::string(1000, 'x') + "\r\na\r\n";
  EXPECT_THAT(Decode(input, 4096).error, HasSubstr("mostly chunk extensions"));
}

TEST(ChunkedDecoder, TakesManySmallChunks) {
  std::string input;
  for (int i = 0; i < 100'000; ++i) input += "1\r\na\r\n";
  EXPECT_EQ(Decode(input + "0\r\n\r\n", 4096).data, std::string(100'000, 'a'));
}

}  // namespace
}  // namespace penstock::net
