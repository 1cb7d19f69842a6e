// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <malloc.h>
#include <poll.h>
#include <sys/resource.h>

#include "net/raw_client.h"

namespace penstock::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

void Ok(Request&, ResponseWriter& response) { static_cast<void>(response.Send(200, {}, "ok")); }

void ReadAndTell(Request& request, ResponseWriter& response) {
  auto body = base::ReadAll(*request.body, 100 << 20);
  std::string text(body ? "read" : base::CodeName(body.error().code()));
  static_cast<void>(response.Send(200, {}, text));
}

TEST(HttpLimits, AHalfSentHeadTimesOut) {
  ServerOptions options;
  options.head_timeout = milliseconds(30);
  TestServer test(Ok, options);
  RawClient client = test.Connect();
  client.Send(kGet.substr(0, 20));
  EXPECT_EQ(client.Receive().status, 408);
  EXPECT_TRUE(client.Closed());
}

TEST(HttpLimits, DrippingAHeadDoesNotExtendItsTime) {
  ServerOptions options;
  options.head_timeout = milliseconds(50);
  TestServer test(Ok, options);
  RawClient client = test.Connect();
  client.Send("GET / HTTP/1.1\r\nX: ");
  auto start = steady_clock::now();
  std::thread drip([&] {
    while (client.Send("a") && steady_clock::now() - start < std::chrono::seconds(5)) {
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(client.Receive().status, 408);
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(5));
  shutdown(client.fd(), SHUT_RDWR);
  drip.join();
}

TEST(HttpLimits, IdleConnectionsCloseQuietly) {
  ServerOptions options;
  options.idle_timeout = milliseconds(30);
  TestServer test(Ok, options);
  RawClient fresh = test.Connect();
  RawClient used = test.Connect();
  EXPECT_EQ(used.Exchange(kGet).body, "ok");
  EXPECT_TRUE(fresh.Closed());
  EXPECT_TRUE(used.Closed());
}

TEST(HttpLimits, AStalledSmallBodyTakesNoThreadAndTimesOut) {
  ServerOptions options;
  options.io_timeout = milliseconds(100);
  options.max_handlers = 1;
  std::atomic<int> handled = 0;
  TestServer test(
      [&](Request& request, ResponseWriter& response) {
        ++handled;
        Ok(request, response);
      },
      options);
  RawClient stalled = test.Connect();
  stalled.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  RawClient other = test.Connect();
  EXPECT_EQ(other.Exchange(kGet).body, "ok");
  EXPECT_EQ(stalled.Receive().status, 408);
  EXPECT_EQ(handled, 1);
}

TEST(HttpLimits, AStalledLargeBodyFailsTheRead) {
  ServerOptions options;
  options.io_timeout = milliseconds(30);
  TestServer test(ReadAndTell, options);
  RawClient client = test.Connect();
  client.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf");
  EXPECT_EQ(client.Receive().body, base::CodeName(base::Code::kDeadlineExceeded));
}

TEST(HttpLimits, SlowSendersAreInNobodysWay) {
  ServerOptions options;
  options.max_handlers = 2;
  TestServer test(ReadAndTell, options);
  std::vector<RawClient> slow;
  for (int i = 0; i < 5; ++i) {
    slow.push_back(test.Connect());
    slow.back().Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf");
  }
  RawClient client = test.Connect();
  client.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(client.Receive().status, 200);
  for (RawClient& sender : slow) shutdown(sender.fd(), SHUT_RDWR);
}

// Progress all the time, and yet never done: the average rate ends it.
TEST(HttpLimits, ATrickledBodyFails) {
  for (std::string length : {"65000", "100000"}) {
    ServerOptions options;
    options.trickle_grace = milliseconds(30);
    options.min_bytes_per_second = 100 << 20;
    TestServer test(ReadAndTell, options);
    RawClient client = test.Connect();
    client.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
    auto start = steady_clock::now();
    std::thread trickle([&] {
      while (steady_clock::now() - start < std::chrono::seconds(5)) {
        if (!client.Send("a")) return;
        std::this_thread::sleep_for(milliseconds(1));  // paces the sender; nothing depends on it
      }
    });
    RawResponse response = client.Receive();
    EXPECT_TRUE(response.status == 408 ||
                response.body == base::CodeName(base::Code::kDeadlineExceeded))
        << response.head << response.body;
    shutdown(client.fd(), SHUT_RDWR);
    trickle.join();
  }
}

TEST(HttpLimits, AReaderThatStopsFailsTheWrite) {
  ServerOptions options;
  options.io_timeout = milliseconds(50);
  std::promise<base::Code> result;
  TestServer test(
      [&](Request&, ResponseWriter& response) {
        EXPECT_TRUE(response.Start(200, {}, std::nullopt));
        std::string block(1 << 20, 'x');
        while (true) {
          base::Status status = response.Write(block);
          if (status) continue;
          result.set_value(status.error().code());
          return;
        }
      },
      options);
  RawClient client = test.Connect();
  client.Send(kGet);
  EXPECT_EQ(result.get_future().get(), base::Code::kDeadlineExceeded);
}

TEST(HttpLimits, ASlowReaderGetsAll) {
  std::string body(8 << 20, 'x');
  TestServer test(
      [&](Request&, ResponseWriter& response) { EXPECT_TRUE(response.Send(200, {}, body)); });
  RawClient client(test.server->port(), /*receive_buffer=*/4096);
  EXPECT_EQ(client.Exchange(kGet).body, body);
}

TEST(HttpLimits, APeerThatGoesAwayFailsTheWrite) {
  std::promise<base::Code> result;
  TestServer test([&](Request&, ResponseWriter& response) {
    EXPECT_TRUE(response.Start(200, {}, std::nullopt));
    std::string block(1 << 20, 'x');
    base::Status status;
    while ((status = response.Write(block))) {
    }
    result.set_value(status.error().code());
  });
  {
    RawClient client = test.Connect();
    client.Send(kGet);
    EXPECT_EQ(client.Receive(/*head_request=*/true).status, 200);
  }
  EXPECT_EQ(result.get_future().get(), base::Code::kCancelled);
}

TEST(HttpLimits, RequestsBeyondTheHandlersWaitTheirTurn) {
  ServerOptions options;
  options.max_handlers = 3;
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::latch full(3);
  std::latch release(1);
  TestServer test(
      [&](Request& request, ResponseWriter& response) {
        int now = ++running;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        if (full.try_wait() == false) full.count_down();
        release.wait();
        --running;
        Ok(request, response);
      },
      options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(test.Connect());
    clients.back().Send(kGet);
    if (i == 2) full.wait();
  }
  release.count_down();
  for (RawClient& client : clients) EXPECT_EQ(client.Receive().body, "ok");
  EXPECT_EQ(most, 3);
}

// Raises this process's limit on descriptors as far as it is let.
rlim_t AllowDescriptors(rlim_t count) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(count, limit.rlim_max));
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

TEST(HttpLimits, ThousandsOfIdleConnectionsCostLittle) {
  constexpr size_t kConnections = 2000;
  // This process holds both ends, and a server takes a third of the descriptors at most.
  constexpr rlim_t kDescriptors = 3 * kConnections + 1000;
  if (AllowDescriptors(kDescriptors) < kDescriptors) GTEST_SKIP() << "too few descriptors";
  ServerOptions options;
  options.max_handlers = 4;
  TestServer test(Ok, options);
  std::vector<RawClient> idle;
  idle.reserve(kConnections);
  EXPECT_EQ(test.Connect().Exchange(kGet).body, "ok");
  size_t before = mallinfo2().uordblks;
  for (size_t i = 0; i < kConnections; ++i) idle.push_back(test.Connect());
  for (RawClient& client : idle) ASSERT_TRUE(client.Send(kGet));
  for (RawClient& client : idle) ASSERT_EQ(client.Receive().body, "ok");
  // Sanitizers' allocators do not count here; then this says nothing.
  size_t each = (mallinfo2().uordblks - std::min(before, mallinfo2().uordblks)) / kConnections;
  EXPECT_LT(each, 4096u) << "bytes a connection";
  EXPECT_EQ(test.Connect().Exchange(kGet).body, "ok");
  EXPECT_EQ(idle.front().Exchange(kGet).body, "ok") << "none has been shed";
}

TEST(HttpLimits, AtTheLimitTheOldestIdleConnectionMakesRoom) {
  ServerOptions options;
  options.max_connections = 3;
  TestServer test(Ok, options);
  // Silent ones are idle from the start, in the order in which they came.
  RawClient first = test.Connect();
  RawClient second = test.Connect();
  RawClient third = test.Connect();
  EXPECT_EQ(test.Connect().Exchange(kGet).body, "ok");
  EXPECT_TRUE(first.Closed());
  RawClient fifth = test.Connect();
  RawClient sixth = test.Connect();
  EXPECT_TRUE(second.Closed());
  EXPECT_EQ(sixth.Exchange(kGet).body, "ok");
}

TEST(HttpLimits, AtTheLimitNewcomersWaitForBusyConnections) {
  ServerOptions options;
  options.max_connections = 1;
  std::latch running(1);
  std::latch release(1);
  TestServer test(
      [&](Request& request, ResponseWriter& response) {
        if (!running.try_wait()) {
          running.count_down();
          release.wait();
        }
        Ok(request, response);
      },
      options);
  RawClient first = test.Connect();
  first.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  running.wait();
  RawClient second = test.Connect();
  second.Send(kGet);
  release.count_down();
  EXPECT_EQ(first.Receive().body, "ok");
  first.EndSending();
  EXPECT_EQ(second.Receive().body, "ok");
}

TEST(HttpLimits, WithoutDescriptorsIdleConnectionsMakeRoom) {
  TestServer test(Ok);
  RawClient first = test.Connect();  // silent, so idle for longer than the second
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  RawClient second = test.Connect();
  EXPECT_EQ(second.Exchange(kGet).body, "ok");
  // The client's end of the third connection gets the last descriptor.
  int probe = dup(first.fd());
  rlimit tight = limit;
  tight.rlim_cur = static_cast<rlim_t>(probe) + 1;
  close(probe);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  RawClient third(test.server->port());
  RawResponse response = third.Exchange(kGet);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(response.body, "ok");
  EXPECT_TRUE(first.Closed());
}

TEST(HttpLimits, HalfSentRequestsTogetherAreBounded) {
  ServerOptions options;
  options.max_buffered_bytes = 100'000;
  TestServer test(Ok, options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(test.Connect());
    clients.back().Send("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'a'));
  }
  // Two fit; which two depends on whose bytes came first.
  auto readable = [&](const RawClient& client, int timeout_ms) {
    pollfd entry{client.fd(), POLLIN, 0};
    return poll(&entry, 1, timeout_ms) == 1;
  };
  auto refused = [&] {
    return std::count_if(clients.begin(), clients.end(),
                         [&](const RawClient& client) { return readable(client, 1); });
  };
  while (refused() < 2) {
  }
  int answered = 0;
  for (RawClient& client : clients) {
    if (readable(client, 0)) {
      EXPECT_EQ(client.Receive().status, 503);
      continue;
    }
    EXPECT_EQ(client.Exchange("\r\nHost: a\r\n\r\n").status, 200);
    ++answered;
  }
  EXPECT_EQ(answered, 2);
  EXPECT_EQ(test.Connect().Exchange(kGet).body, "ok");
}

TEST(HttpStop, WaitsForAHandlerAndItsResponse) {
  std::latch running(1);
  std::latch release(1);
  TestServer test([&](Request& request, ResponseWriter& response) {
    running.count_down();
    release.wait();
    Ok(request, response);
  });
  RawClient idle = test.Connect();
  RawClient client = test.Connect();
  client.Send(kGet);
  running.wait();
  std::thread stop([&] { test.server->Stop(std::chrono::minutes(1)); });
  EXPECT_TRUE(idle.Closed());  // so it is stopping
  release.count_down();
  RawResponse response = client.Receive();
  EXPECT_EQ(response.body, "ok");
  client.EndSending();
  EXPECT_TRUE(client.Closed());
  stop.join();
  EXPECT_FALSE(test.Connect().connected());
}

TEST(HttpStop, CutsOffAHandlerThatTakesTooLong) {
  std::latch running(1);
  std::atomic<bool> failed = false;
  TestServer test([&](Request& request, ResponseWriter&) {
    running.count_down();
    char buffer[1000];
    base::Result<size_t> count = 1;
    while (count && *count > 0) count = request.body->Read(buffer);
    failed = !count;
  });
  RawClient client = test.Connect();
  client.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf");
  running.wait();
  test.server->Stop(milliseconds(20));
  EXPECT_TRUE(failed);
  test.server->Stop(milliseconds(0));  // a second time does nothing
}

TEST(HttpStop, DropsWhatWaitsForAThread) {
  ServerOptions options;
  options.max_handlers = 1;
  std::latch running(1);
  std::atomic<int> handled = 0;
  auto test = std::make_unique<TestServer>(
      [&](Request& request, ResponseWriter& response) {
        if (++handled == 1) running.count_down();
        ReadAndTell(request, response);
      },
      options);
  RawClient first = test->Connect();
  first.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf");
  running.wait();
  RawClient second = test->Connect();
  second.Send(kGet);
  test.reset();  // as Stop without grace
  EXPECT_EQ(handled, 1);
  EXPECT_EQ(second.Receive().status, 0);
}

}  // namespace
}  // namespace penstock::net
