// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

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
        next_id_(first_id) {}

  // 16 hex digits, never the same twice, and not telling how many requests there were.
  std::string NextId();

  Handler& handler;
  base::Logger& logger;
  const base::Clock& clock;
  const IoLimits limits;
  const std::chrono::milliseconds keep_thread;
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
