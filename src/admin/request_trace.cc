// SPDX-License-Identifier: Apache-2.0
#include "admin/request_trace.h"

#include <charconv>
#include <iterator>
#include <utility>

#include "admin/request_log.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;

Result<int64_t> Number(std::string_view name, const std::string& text, int64_t most) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= most) {
    return number;
  }
  return Fail(Code::kInvalidArgument, "'" + std::string(name) + "' must be a number of 0 to " +
                                          std::to_string(most) + ", not '" + text + "'");
}

}  // namespace

bool TraceFilter::Wants(const s3::RequestRecord& record) const {
  auto fits = [](const std::string& wanted, std::string_view value) {
    return wanted.empty() || wanted == value;
  };
  bool failed = record.status >= 400 || record.broken_off;
  return fits(api, record.api) && fits(method, record.method) &&
         fits(operation, record.operation) && fits(bucket, record.bucket) &&
         (fits(user, record.user) || fits(user, record.access_key)) &&
         record.path.starts_with(path_prefix) && (status == 0 || status == record.status) &&
         (failed || !errors_only) && record.duration >= at_least;
}

Result<TraceFilter> ParseTraceFilter(const text::Query& query) {
  TraceFilter filter;
  for (const auto& [name, value] : query.items()) {
    if (name == "api") {
      if (value != "s3" && value != "sts" && value != "admin" && value != "pipelines") {
        return Fail(Code::kInvalidArgument, "'api' must be s3, sts, admin or pipelines");
      }
      filter.api = value;
    } else if (name == "method") {
      filter.method = value;
    } else if (name == "operation") {
      filter.operation = value;
    } else if (name == "path") {
      filter.path_prefix = value;
    } else if (name == "bucket") {
      filter.bucket = value;
    } else if (name == "user") {
      filter.user = value;
    } else if (name == "status") {
      PENSTOCK_TRY(int64_t status, Number(name, value, 599));
      filter.status = static_cast<int>(status);
    } else if (name == "errors") {
      filter.errors_only = value == "true";
    } else if (name == "slower") {  // in milliseconds
      PENSTOCK_TRY(int64_t milliseconds, Number(name, value, 86'400'000));
      filter.at_least = std::chrono::milliseconds(milliseconds);
    } else {
      return Fail(Code::kInvalidArgument, "a trace has no filter '" + name + "'");
    }
  }
  return filter;
}

TraceListener::~TraceListener() {
  std::lock_guard lock(owner_.mutex_);
  owner_.listeners_.remove(this);
  owner_.count_ = owner_.listeners_.size();
}

std::vector<std::string> TraceListener::Wait(std::chrono::milliseconds most) {
  std::unique_lock lock(owner_.mutex_);
  changed_.wait_for(lock, most, [this] { return owner_.closed_ || !waiting_.empty(); });
  std::vector<std::string> lines(std::make_move_iterator(waiting_.begin()),
                                 std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  return lines;
}

bool TraceListener::closed() const {
  std::lock_guard lock(owner_.mutex_);
  return owner_.closed_;
}

uint64_t TraceListener::TakeMissed() {
  std::lock_guard lock(owner_.mutex_);
  return std::exchange(missed_, 0);
}

Result<std::unique_ptr<TraceListener>> RequestTrace::Listen(TraceFilter filter) {
  std::lock_guard lock(mutex_);
  if (closed_ || listeners_.size() >= kMaxListeners) {
    return Fail(Code::kResourceExhausted,
                std::to_string(kMaxListeners) + " watch the requests already; end one of them");
  }
  std::unique_ptr<TraceListener> listener(new TraceListener(*this, std::move(filter)));
  listeners_.push_back(listener.get());
  count_ = listeners_.size();
  return listener;
}

void RequestTrace::Ended(const s3::RequestRecord& record) {
  if (count_.load(std::memory_order_relaxed) == 0) return;
  std::string line = FormatTraced(record);
  std::lock_guard lock(mutex_);
  for (TraceListener* listener : listeners_) {
    if (!listener->filter_.Wants(record)) continue;
    if (listener->waiting_.size() == TraceListener::kMaxWaiting) {
      listener->waiting_.pop_front();
      ++listener->missed_;
    }
    listener->waiting_.push_back(line);
    listener->changed_.notify_all();
  }
}

void RequestTrace::Close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  for (TraceListener* listener : listeners_) listener->changed_.notify_all();
}

}  // namespace penstock::admin
