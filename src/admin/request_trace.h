// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "s3/request_record.h"
#include "text/url.h"

namespace penstock::admin {

// Which requests somebody wants to see. What is empty or 0 is not asked.
struct TraceFilter {
  std::string api;  // "s3", "sts", "admin" or "pipelines"
  std::string method;
  std::string operation;
  std::string path_prefix;  // percent-encoded, as paths are
  std::string bucket;
  std::string user;  // by access key or name
  int status = 0;
  bool errors_only = false;  // statuses of 400 and beyond, and answers that broke off
  std::chrono::microseconds at_least{0};

  bool Wants(const s3::RequestRecord& record) const;
};

// The query of a request for a trace. kInvalidArgument for what nobody knows.
base::Result<TraceFilter> ParseTraceFilter(const text::Query& query);

class RequestTrace;

// Somebody who watches. For one thread at a time; must not outlive the trace.
class TraceListener {
 public:
  // More than this many waiting requests are dropped, the oldest first.
  static constexpr size_t kMaxWaiting = 5000;

  ~TraceListener();
  // Requests that have come, as lines of JSON, waiting up to `most` for one; none after that time.
  std::vector<std::string> Wait(std::chrono::milliseconds most);
  bool closed() const;    // the server stops
  uint64_t TakeMissed();  // how many were dropped since the last call

 private:
  friend class RequestTrace;
  TraceListener(RequestTrace& owner, TraceFilter filter)
      : owner_(owner), filter_(std::move(filter)) {}

  RequestTrace& owner_;
  const TraceFilter filter_;
  std::deque<std::string> waiting_;  // guarded by the owner's mutex, as is what follows
  uint64_t missed_ = 0;
  std::condition_variable changed_;
};

// Shows requests as they end to those who watch at this moment. A request costs one relaxed load
// where nobody does, and never waits for a listener. Thread-safe.
class RequestTrace final : public s3::RequestObserver {
 public:
  static constexpr size_t kMaxListeners = 8;

  // kResourceExhausted where too many watch already.
  base::Result<std::unique_ptr<TraceListener>> Listen(TraceFilter filter);
  void Began() override {}
  void Ended(const s3::RequestRecord& record) override;
  // Ends all listening.
  void Close();

 private:
  friend class TraceListener;
  mutable std::mutex mutex_;
  std::list<TraceListener*> listeners_;
  std::atomic<size_t> count_{0};
  bool closed_ = false;
};

}  // namespace penstock::admin
