// SPDX-License-Identifier: Apache-2.0
#include "net/request_assembler.h"

#include <gtest/gtest.h>

namespace penstock::net {
namespace {

using State = RequestAssembler::State;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(RequestAssembler, CutsPipelinedRequests) {
  RequestAssembler assembler({});
  EXPECT_EQ(assembler.Examine(), State::kIdle);
  assembler.Append(kGet);
  assembler.Append("\r\n\r\n");  // left over by some old clients
  assembler.Append(kGet.substr(0, 10));
  ASSERT_EQ(assembler.Examine(), State::kReady);
  EXPECT_EQ(assembler.TakeHead().path, "/a");
  EXPECT_EQ(assembler.Examine(), State::kHead);
  assembler.Append(kGet.substr(10));
  ASSERT_EQ(assembler.Examine(), State::kReady);
  assembler.TakeHead();
  EXPECT_EQ(assembler.Examine(), State::kIdle);
}

TEST(RequestAssembler, TakesAHeadByteByByte) {
  RequestAssembler assembler({});
  for (size_t i = 0; i < kGet.size(); ++i) {
    EXPECT_EQ(assembler.Examine(), i == 0 ? State::kIdle : State::kHead);
    assembler.Append(kGet.substr(i, 1));
  }
  EXPECT_EQ(assembler.Examine(), State::kReady);
}

TEST(RequestAssembler, WaitsForASmallBodyOnly) {
  auto examine = [](std::string_view fields) {
    RequestAssembler assembler({.head_bytes = 1000, .body_bytes = 100});
    assembler.Append("PUT /a HTTP/1.1\r\nHost: a\r\n");
    assembler.Append(fields);
    assembler.Append("\r\n12");
    return assembler.Examine();
  };
  EXPECT_EQ(examine("Content-Length: 2\r\n"), State::kReady);
  EXPECT_EQ(examine("Content-Length: 3\r\n"), State::kBody);
  EXPECT_EQ(examine("Content-Length: 100\r\n"), State::kBody);
  EXPECT_EQ(examine("Content-Length: 101\r\n"), State::kReady);
  EXPECT_EQ(examine("Content-Length: 3\r\nExpect: 100-continue\r\n"), State::kReady);
  EXPECT_EQ(examine("Transfer-Encoding: chunked\r\n"), State::kReady);
}

TEST(RequestAssembler, SkipsABodyThatNobodyWants) {
  RequestAssembler assembler({});
  assembler.Append("123");
  assembler.Skip(5);
  EXPECT_EQ(assembler.Examine(), State::kSkipping);
  assembler.Append("45");
  assembler.Append(kGet);
  EXPECT_EQ(assembler.Examine(), State::kReady);
}

int RefusalStatus(std::string_view bytes) {
  RequestAssembler assembler({.head_bytes = 100, .body_bytes = 100});
  assembler.Append(bytes);
  EXPECT_EQ(assembler.Examine(), State::kRefused);
  EXPECT_EQ(assembler.Examine(), State::kRefused) << "stays refused";
  return assembler.refusal().status;
}

TEST(RequestAssembler, RefusesAtOnceWhatCanNeverBeAHead) {
  EXPECT_EQ(RefusalStatus("\x16\x03\x01"), 400);            // TLS
  EXPECT_EQ(RefusalStatus("GET / HTTP/1.1\nHo"), 400);      // a bare line feed
  EXPECT_EQ(RefusalStatus("PRI * HTTP/2.0\r\n\r\n"), 505);  // HTTP/2
  EXPECT_EQ(RefusalStatus("GET /" + std::string(100, 'a')), 414);
  EXPECT_EQ(RefusalStatus("GET / HTTP/1.1\r\nX: " + std::string(100, 'a')), 431);
  EXPECT_EQ(RefusalStatus("GET / HTTP/1.1\r\nHost: " + std::string(100, 'a') + "\r\n\r\n"), 431);
}

}  // namespace
}  // namespace penstock::net
