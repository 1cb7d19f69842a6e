// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "net/blocking_stream.h"
#include "net/connection.h"
#include "net/handler_pool.h"
#include "net/http.h"
#include "net/response_stream.h"

namespace penstock::net {

// What all exchanges of a server share. Thread-safe.
class ExchangeContext {
 public:
  ExchangeContext(Handler& handler_, base::Logger& logger_, const base::Clock& clock_,
                  const IoLimits& limits_, std::chrono::milliseconds keep_thread_,
                  uint64_t first_id)
      : handler(handler_),
        logger(logger_),
        clock(clock_),
        limits(limits_),
        keep_thread(keep_thread_),
        most_kept(std::max(2u, std::thread::hardware_concurrency())),
        next_id_(first_id) {}

  // 16 hex digits, never the same twice, and not telling how many requests there were.
  std::string NextId();

  Handler& handler;
  base::Logger& logger;
  const base::Clock& clock;
  const IoLimits limits;
  const std::chrono::milliseconds keep_thread;
  // Threads that wait for a next request pay off while they are few; with many of them each request
  // would wake another thread, which costs more than the event loop's hand-over of whole batches.
  const unsigned most_kept;
  std::atomic<unsigned> kept{0};       // threads that wait for a next request
  std::atomic<bool> stopping{false};   // connections are no longer kept
  std::atomic<bool> abandoned{false};  // requests are no longer run

 private:
  std::atomic<uint64_t> next_id_;
};

// Runs the request that the connection's assembler has ready, and those that follow at once, on the
// calling thread. A connection that can be kept may hold part of a next request.
ConnectionUse RunExchanges(Connection& connection, ExchangeContext& context,
                           const HandlerPool& pool);

// The answer to a request that never reaches a handler.
std::string RefusalText(int status, std::string_view message, const base::Clock& clock);

}  // namespace penstock::net
