// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <gmock/gmock.h>

#include "net/raw_client.h"

namespace penstock::net {
namespace {

using base::Code;
using testing::HasSubstr;

std::string UrlOf(const TestServer& test, const std::string& path) {
  return "http://127.0.0.1:" + std::to_string(test.server->port()) + path;
}

base::Result<ClientResponse> Get(const std::string& url, const ClientOptions& options = {}) {
  ClientRequest request;
  request.url = url;
  return Fetch(request, options);
}

void Echo(Request& request, ResponseWriter& response) {
  auto body = base::ReadAll(*request.body, 100 << 20);
  ASSERT_TRUE(body);
  Headers headers;
  headers.Add("X-Host", request.head.headers.GetOr("host", ""));
  headers.Add("X-Sent", request.head.headers.GetOr("x-sent", ""));
  std::optional<uint64_t> length;
  if (request.head.path != "/chunked") length = body->size();
  ASSERT_TRUE(response.Start(201, headers, length));
  ASSERT_TRUE(response.Write(*body));
}

TEST(HttpClient, SendsAndReceives) {
  TestServer test(Echo);
  for (std::string path : {"/plain?x=y", "/chunked"}) {
    ClientRequest request;
    request.method = "POST";
    request.url = UrlOf(test, path);
    request.headers.Add("X-Sent", "yes");
    request.body = std::string(300'000, 'b');
    auto response = Fetch(request, {});
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_EQ(response->status, 201);
    EXPECT_EQ(response->body, request.body);
    EXPECT_EQ(response->headers.GetOr("x-sent", ""), "yes");
    EXPECT_EQ(response->headers.GetOr("x-host", ""),
              "127.0.0.1:" + std::to_string(test.server->port()));
  }
}

class Pieces final : public base::ByteSink {
 public:
  base::Status Write(std::string_view bytes) override {
    text.append(bytes);
    if (text.size() > most) return base::Fail(Code::kCancelled, "enough");
    return {};
  }
  std::string text;
  size_t most = 1 << 20;
};

TEST(HttpClient, HandsOnWhatComesHoweverLong) {
  TestServer test(Echo);
  ClientOptions options;
  options.max_body_bytes = 10;
  for (std::string path : {"/plain", "/chunked"}) {
    ClientRequest request;
    request.method = "POST";
    request.url = UrlOf(test, path);
    request.body = std::string(300'000, 'b');
    Pieces pieces;
    auto response = FetchTo(request, options, pieces);
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_EQ(response->status, 201);
    EXPECT_EQ(response->body, "");
    EXPECT_EQ(pieces.text, request.body);
    Pieces few;
    few.most = 1000;
    auto failed = FetchTo(request, options, few);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message(), "enough");
  }
}

TEST(HttpClient, KeepsErrorsApartFromWhatItHandsOn) {
  TestServer test(
      [](Request&, ResponseWriter& response) { static_cast<void>(response.Send(403, {}, "no")); });
  ClientRequest request;
  request.url = UrlOf(test, "/");
  Pieces pieces;
  auto response = FetchTo(request, {}, pieces);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 403);
  EXPECT_EQ(response->body, "no");
  EXPECT_EQ(pieces.text, "");
}

TEST(HttpClient, BoundsWhatItReads) {
  TestServer test([](Request&, ResponseWriter& response) {
    static_cast<void>(response.Send(200, {}, std::string(2000, 'x')));
  });
  ClientOptions options;
  options.max_body_bytes = 2000;
  EXPECT_TRUE(Get(UrlOf(test, "/"), options));
  options.max_body_bytes = 1999;
  EXPECT_EQ(Get(UrlOf(test, "/"), options).error().code(), Code::kResourceExhausted);
}

TEST(HttpClient, SeesThatAnAnswerIsCutOff) {
  TestServer test([](Request&, ResponseWriter& response) {
    ASSERT_TRUE(response.Start(200, {}, 10));
    ASSERT_TRUE(response.Write("half"));
  });
  EXPECT_EQ(Get(UrlOf(test, "/")).error().code(), Code::kCancelled);
}

TEST(HttpClient, GivesUpOnASilentServer) {
  std::atomic<bool> release = false;
  TestServer test([&](Request&, ResponseWriter&) { release.wait(false); });
  ClientOptions options;
  options.io_timeout = std::chrono::milliseconds(20);
  EXPECT_EQ(Get(UrlOf(test, "/"), options).error().code(), Code::kDeadlineExceeded);
  release = true;
  release.notify_all();
}

TEST(HttpClient, SaysWhyNobodyAnswers) {
  uint16_t port = TestServer(Echo).server->port();  // nobody listens there any more
  auto response = Get("http://127.0.0.1:" + std::to_string(port) + "/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), Code::kUnavailable);
  EXPECT_THAT(response.error().message(), HasSubstr("127.0.0.1 port " + std::to_string(port)));
  EXPECT_EQ(Get("ftp://127.0.0.1/").error().code(), Code::kInvalidArgument);
}

TEST(ResponseHead, TakesWhatServersSend) {
  auto head = ParseResponseHead("HTTP/1.0 404\r\nA: b\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 404);
  EXPECT_EQ(head->headers.GetOr("a", ""), "b");
  EXPECT_TRUE(ParseResponseHead("HTTP/1.1 200 All is well\r\n\r\n"));
}

TEST(ResponseHead, RefusesTheRest) {
  for (std::string bytes :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBroken\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nmore"}) {
    auto head = ParseResponseHead(bytes);
    ASSERT_FALSE(head) << bytes;
    EXPECT_EQ(head.error().code(), Code::kDataLoss);
  }
}

}  // namespace
}  // namespace penstock::net
