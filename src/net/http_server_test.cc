// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <sys/mman.h>

#include "base/file_sink.h"
#include "net/raw_client.h"

namespace penstock::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kGet = "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n";

// Tells what it got; reads the whole body unless the path says otherwise.
void Describe(Request& request, ResponseWriter& response) {
  auto body = base::ReadAll(*request.body, 100 << 20);
  if (!body) {
    ASSERT_TRUE(response.Send(400, {}, body.error().message()));
    return;
  }
  std::string text = request.head.method + " " + request.head.target + " " + *body;
  ASSERT_TRUE(response.Send(200, {}, text));
}

std::string Put(std::string_view body, std::string_view fields = "") {
  return "PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  TestServer test(Describe);
  RawClient client = test.Connect();
  for (int i = 0; i < 3; ++i) {
    RawResponse response = client.Exchange(kGet);
    EXPECT_THAT(response.head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(response.body, "GET /a?b ");
    EXPECT_TRUE(response.Has("Content-Length: 9"));
    EXPECT_THAT(response.head, HasSubstr("\r\nDate: "));
    EXPECT_THAT(response.head, Not(HasSubstr("Connection")));
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  TestServer test(Describe);
  RawClient client = test.Connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n" + Put("body");
  }
  client.Send(requests);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.Receive().body, "GET /" + std::to_string(i) + " ");
    EXPECT_EQ(client.Receive().body, "PUT /p body");
  }
}

TEST(HttpServer, TellsTheHandlerAboutTheRequest) {
  std::set<std::string> ids;
  TestServer test([&](Request& request, ResponseWriter& response) {
    EXPECT_THAT(request.peer, StartsWith("127.0.0.1:"));
    EXPECT_FALSE(request.tls);
    EXPECT_EQ(request.id.size(), 16u);
    EXPECT_EQ(request.id.find_first_not_of("0123456789abcdef"), std::string::npos);
    ids.insert(request.id);
    EXPECT_EQ(*request.head.headers.Find("x-a"), "1");
    ASSERT_TRUE(response.Send(200, {}, ""));
  });
  RawClient client = test.Connect();
  for (int i = 0; i < 3; ++i) client.Exchange("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n\r\n");
  EXPECT_EQ(ids.size(), 3u);
}

TEST(HttpServer, ReadsBodiesOfEverySize) {
  TestServer test([](Request& request, ResponseWriter& response) {
    auto body = base::ReadAll(*request.body, 100 << 20);
    ASSERT_TRUE(body);
    ASSERT_TRUE(response.Send(200, {}, *body));
  });
  RawClient client = test.Connect();
  for (size_t size : {0, 1, 65535, 65536, 65537, 3'000'000}) {
    std::string body(size, 'b');
    for (size_t i = 0; i < size; i += 97) body[i] = static_cast<char>('a' + i % 26);
    EXPECT_EQ(client.Exchange(Put(body)).body, body) << size;
  }
}

TEST(HttpServer, ReadsChunkedBodies) {
  TestServer test(Describe);
  RawClient client = test.Connect();
  std::string head = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string request = head + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
  client.Send(request + request);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.Receive().body, "POST /c hello world");

  std::string large(1 << 20, 'x');
  client.Send(head + "100000\r\n" + large + "\r\n0\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(client.Receive().body, "POST /c " + large);
  EXPECT_EQ(client.Receive().body, "GET /a?b ");

  RawResponse response = client.Exchange(head + "5\r\nhello!\r\n0\r\n\r\n");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("longer than its size"));
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, SaysThatABodyIsIncomplete) {
  TestServer test([](Request& request, ResponseWriter& response) {
    auto body = base::ReadAll(*request.body, 1 << 20);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code(), base::Code::kInvalidArgument);
    EXPECT_EQ(body.error().reason(), "incomplete_body");
    ASSERT_TRUE(response.Send(400, {}, "incomplete"));
  });
  RawClient client = test.Connect();
  client.Send("PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf");
  client.EndSending();
  EXPECT_EQ(client.Receive().body, "incomplete");
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, SendsChunksWhereNoLengthIsGiven) {
  TestServer test([](Request&, ResponseWriter& response) {
    ASSERT_TRUE(response.Start(200, {}, std::nullopt));
    ASSERT_TRUE(response.Write("hello"));
    ASSERT_TRUE(response.Write(""));
    ASSERT_TRUE(response.Write(std::string(100'000, 'x')));
  });
  RawClient client = test.Connect();
  for (int i = 0; i < 2; ++i) {
    RawResponse response = client.Exchange(kGet);
    EXPECT_TRUE(response.Has("Transfer-Encoding: chunked"));
    EXPECT_EQ(response.body, "hello" + std::string(100'000, 'x'));
  }
  // HTTP/1.0 knows no chunks: the body ends with the connection.
  RawResponse response = client.Exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(response.Has("Connection: close"));
  EXPECT_THAT(response.head, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_EQ(response.body.size(), 100'005u);
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, SendsTheHeadBeforeTheBodyWhenAskedTo) {
  std::atomic<bool> seen = false;
  TestServer test([&](Request&, ResponseWriter& response) {
    ASSERT_TRUE(response.Start(200, {}, 2));
    ASSERT_TRUE(response.Write(""));
    seen.wait(false);
    ASSERT_TRUE(response.Write("ok"));
  });
  RawClient client = test.Connect();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.Receive(/*head_request=*/true).status, 200);
  seen = true;
  seen.notify_all();
  EXPECT_EQ(client.RestUntilClosed(), "ok");
}

// A file that has no name and is gone with the object.
class UnnamedFile {
 public:
  explicit UnnamedFile(std::string_view bytes) : fd_(memfd_create("file", MFD_CLOEXEC)) {
    EXPECT_EQ(write(fd_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  ~UnnamedFile() { close(fd_); }
  UnnamedFile(const UnnamedFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

TEST(HttpServer, TakesBodiesOutOfFiles) {
  std::string bytes;
  for (int i = 0; bytes.size() < 3'000'000; ++i) bytes += std::to_string(i);
  UnnamedFile file(bytes);
  TestServer test([&](Request&, ResponseWriter& response) {
    base::FileSink* sink = base::FileSinkOf(response);
    ASSERT_NE(sink, nullptr);
    ASSERT_TRUE(response.Start(200, {}, bytes.size() + 3));
    uint64_t offset = 0;
    while (offset < bytes.size()) {
      auto taken = sink->WriteFrom(file.fd(), offset, bytes.size() - offset);
      ASSERT_TRUE(taken && *taken);
      offset += **taken;
      if (offset < bytes.size()) {
        ASSERT_TRUE(sink->AwaitRoom());
      }
    }
    ASSERT_TRUE(response.Write("end"));
    EXPECT_FALSE(sink->WriteFrom(file.fd(), 0, 1));  // longer than was said
  });
  RawResponse response = test.Connect().Exchange(kGet);
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.body == bytes + "end") << response.body.size();
}

TEST(HttpServer, GivesBytesBackThatASlowPeerHasNoRoomFor) {
  std::string bytes;
  for (int i = 0; bytes.size() < 16'000'000; ++i) bytes += std::to_string(i);
  std::atomic<int> waits = 0;
  TestServer test([&](Request& request, ResponseWriter& response) {
    base::FileSink* sink = base::FileSinkOf(response);
    bool chunked = request.head.path == "/chunked";
    ASSERT_TRUE(response.Start(200, {}, chunked ? std::nullopt : std::optional(bytes.size() + 3)));
    for (size_t offset = 0; offset < bytes.size();) {
      auto taken = sink->WriteSome(std::string_view(bytes).substr(offset));
      ASSERT_TRUE(taken);
      offset += *taken;
      if (offset < bytes.size()) {
        ++waits;
        ASSERT_TRUE(sink->AwaitRoom());
      }
    }
    ASSERT_TRUE(response.Write("end"));
    if (!chunked) {
      EXPECT_FALSE(sink->WriteSome("x"));  // longer than was said
    }
  });
  RawClient client = test.Connect();
  client.Send(kGet);
  while (waits == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  RawResponse response = client.Receive();
  EXPECT_TRUE(response.body == bytes + "end") << response.body.size();
  RawResponse chunked = test.Connect().Exchange("GET /chunked HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(chunked.body == bytes + "end") << chunked.body.size();
}

TEST(HttpServer, TakesNoFilesIntoChunksAndNothingBeyondTheirEnd) {
  UnnamedFile file("four");
  TestServer test([&](Request& request, ResponseWriter& response) {
    bool chunked = request.head.path == "/chunked";
    ASSERT_TRUE(response.Start(200, {}, chunked ? std::nullopt : std::optional<uint64_t>(4)));
    auto taken = base::FileSinkOf(response)->WriteFrom(file.fd(), chunked ? 0 : 4, 4);
    ASSERT_TRUE(taken);
    EXPECT_FALSE(*taken);
    ASSERT_TRUE(response.Write("text"));
  });
  RawClient client = test.Connect();
  EXPECT_EQ(client.Exchange("GET /chunked HTTP/1.1\r\nHost: a\r\n\r\n").body, "text");
  EXPECT_EQ(client.Exchange("GET /beyond HTTP/1.1\r\nHost: a\r\n\r\n").body, "text");
}

// Signals of broken pipes, which end a process that does not expect them, included.
TEST(HttpServer, APeerThatGoesAwayEndsTheTakingOfAFile) {
  UnnamedFile file(std::string(8 << 20, 'x'));
  std::promise<base::Code> result;
  TestServer test([&](Request&, ResponseWriter& response) {
    base::FileSink* sink = base::FileSinkOf(response);
    ASSERT_TRUE(response.Start(200, {}, uint64_t{1} << 40));
    while (true) {
      auto taken = sink->WriteFrom(file.fd(), 0, 8 << 20);
      if (!taken) return result.set_value(taken.error().code());
      base::Status waited = sink->AwaitRoom();
      if (!waited) return result.set_value(waited.error().code());
    }
  });
  {
    RawClient client = test.Connect();
    client.Send(kGet);
    client.Receive(/*head_request=*/true);
  }
  EXPECT_EQ(result.get_future().get(), base::Code::kCancelled);
}

TEST(HttpServer, LeavesOutBodiesThatHttpForbids) {
  TestServer test([](Request& request, ResponseWriter& response) {
    int status = std::stoi(request.head.path.substr(1));
    ASSERT_TRUE(response.Send(status, {}, "twelve bytes"));
  });
  RawClient client = test.Connect();
  client.Send("HEAD /200 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.Receive(true).Has("Content-Length: 12"));
  for (std::string status : {"204", "304"}) {
    RawResponse response = client.Exchange("GET /" + status + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(std::to_string(response.status), status);
    EXPECT_THAT(response.head, Not(HasSubstr("Content-Length")));
  }
  EXPECT_EQ(client.Exchange("GET /200 HTTP/1.1\r\nHost: a\r\n\r\n").body, "twelve bytes");
}

TEST(HttpServer, SpeaksHttp10) {
  TestServer test(Describe);
  RawClient client = test.Connect();
  RawResponse kept = client.Exchange("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(kept.Has("Connection: keep-alive"));
  RawResponse closed = client.Exchange("GET /x HTTP/1.0\r\n\r\n");
  EXPECT_EQ(closed.body, "GET /x ");
  EXPECT_TRUE(closed.Has("Connection: close"));
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, ClosesWhenAskedTo) {
  TestServer test(Describe);
  RawClient client = test.Connect();
  RawResponse response = client.Exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(response.Has("Connection: close"));
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, AsksForABodyOnlyWhenItIsRead) {
  TestServer test([](Request& request, ResponseWriter& response) {
    if (request.head.path == "/refused") {
      ASSERT_TRUE(response.Send(403, {}, "no"));
      return;
    }
    Describe(request, response);
  });
  auto head = [](const std::string& path) {
    return "PUT " + path +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  };
  RawClient client = test.Connect();
  EXPECT_EQ(client.Exchange(head("/wanted")).head, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.Exchange("hello").body, "PUT /wanted hello");
  // A client that does not wait is not asked.
  EXPECT_EQ(client.Exchange(head("/eager") + "hello").body, "PUT /eager hello");
  RawResponse refused = client.Exchange(head("/refused"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(refused.Has("Connection: close"));  // the body may or may not follow
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, PassesOverASmallUnreadBody) {
  TestServer test(
      [](Request&, ResponseWriter& response) { ASSERT_TRUE(response.Send(404, {}, "none")); });
  RawClient client = test.Connect();
  for (size_t size : {10, 65536, 200'000}) {
    RawResponse response = client.Exchange(Put(std::string(size, 'x')));
    EXPECT_EQ(response.body, "none");
    EXPECT_FALSE(response.Has("Connection: close")) << size;
  }
  client.Send(
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  EXPECT_FALSE(client.Receive().Has("Connection: close"));
  EXPECT_EQ(client.Exchange(kGet).body, "none");
}

TEST(HttpServer, AnEarlyRefusalOfALargeBodyReachesTheClient) {
  TestServer test(
      [](Request&, ResponseWriter& response) { ASSERT_TRUE(response.Send(403, {}, "refused")); });
  RawClient client = test.Connect();
  // As clients do that send everything before they look for an answer.
  EXPECT_TRUE(client.Send(Put(std::string(16 << 20, 'x'))));
  RawResponse response = client.Receive();
  EXPECT_EQ(response.body, "refused");
  EXPECT_TRUE(response.Has("Connection: close"));
  client.EndSending();
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, RefusesBadHeads) {
  TestServer test(Describe);
  auto refused = [&](const std::string& bytes) {
    RawClient client = test.Connect();
    RawResponse response = client.Exchange(bytes);
    EXPECT_TRUE(response.Has("Connection: close"));
    EXPECT_TRUE(response.Has("Content-Type: text/plain; charset=utf-8"));
    EXPECT_TRUE(client.Closed());
    return std::to_string(response.status) + " " + response.body;
  };
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n\r\n"), "400 the request has no Host header\n");
  EXPECT_THAT(refused("\x16\x03\x01\x02\x03"), StartsWith("400 this is not an HTTP/1.1"));
  EXPECT_THAT(refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), StartsWith("505 "));
  EXPECT_THAT(refused("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br\r\n\r\n"),
              StartsWith("501 "));
  EXPECT_THAT(refused("GET /" + std::string(70'000, 'a')), StartsWith("414 "));
  EXPECT_THAT(refused("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'a')), StartsWith("431 "));
  // A good request before a bad one is answered.
  RawClient client = test.Connect();
  client.Send(std::string(kGet) + "nonsense\r\n\r\n");
  EXPECT_EQ(client.Receive().status, 200);
  EXPECT_EQ(client.Receive().status, 400);
}

TEST(HttpServer, AHandlerWithoutAnAnswerGivesA500) {
  TestServer test([](Request& request, ResponseWriter& response) {
    if (request.head.path == "/throws") throw std::bad_alloc();
    if (request.head.path != "/bad-header") return;
    Headers headers;
    headers.Add("X-A", "b\r\nSet-Cookie: c");
    EXPECT_FALSE(response.Start(200, headers, 0));
    EXPECT_FALSE(response.started());
  });
  RawClient client = test.Connect();
  for (std::string path : {"/throws", "/nothing", "/bad-header"}) {
    RawResponse response = client.Exchange("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(response.status, 500) << path;
    EXPECT_EQ(response.body, "internal error\n");
  }
}

TEST(HttpServer, AnUnfinishedResponseIsNeverMadeToLookWhole) {
  TestServer test([](Request& request, ResponseWriter& response) {
    bool chunked = request.head.path == "/chunked";
    ASSERT_TRUE(response.Start(200, {}, chunked ? std::nullopt : std::optional<uint64_t>(10)));
    ASSERT_TRUE(response.Write("half"));
    if (chunked) response.Abort();
    if (request.head.path == "/too-long") {
      EXPECT_FALSE(response.Write("more than six"));
    }
  });
  for (std::string path : {"/short", "/too-long"}) {
    RawClient client = test.Connect();
    EXPECT_EQ(client.Exchange("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").body, "half") << path;
    EXPECT_TRUE(client.Closed());
  }
  RawClient client = test.Connect();
  EXPECT_EQ(client.Exchange("GET /chunked HTTP/1.1\r\nHost: a\r\n\r\n").body,
            "cut off after: half");
}

TEST(HttpServer, FramesAndDatesResponsesItself) {
  base::FakeClock clock(base::FromMicros(784111777'000'000));
  ServerOptions options;
  options.clock = &clock;
  TestServer test(
      [](Request&, ResponseWriter& response) {
        Headers headers;
        headers.Add("Content-Length", "99");
        headers.Add("Transfer-Encoding", "gzip");
        headers.Add("X-A", "1");
        ASSERT_TRUE(response.Send(200, headers, "ab"));
      },
      options);
  RawClient client = test.Connect();
  EXPECT_EQ(client.Exchange(kGet).head,
            "HTTP/1.1 200 OK\r\nX-A: 1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Length: 2\r\n\r\n");
}

TEST(HttpServer, SaysWhyItCannotListen) {
  TestServer first(Describe);
  ServerOptions options;
  options.port = first.server->port();
  auto second = HttpServer::Listen(options, first.handler, first.logger);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), base::Code::kAlreadyExists);
  EXPECT_THAT(second.error().message(),
              HasSubstr("127.0.0.1 port " + std::to_string(options.port)));
  options.address = "no such address";
  EXPECT_EQ(HttpServer::Listen(options, first.handler, first.logger).error().code(),
            base::Code::kInvalidArgument);
}

}  // namespace
}  // namespace penstock::net
