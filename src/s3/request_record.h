// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace penstock::s3 {

// What is known of a request once it has been answered: for logs and counters. Never a secret: no
// query, no signature, no header but those named here. A view, valid during the call.
struct RequestRecord {
  base::Time began;
  std::chrono::nanoseconds duration{0};
  std::string_view id;    // as x-amz-request-id tells it
  std::string_view peer;  // "127.0.0.1:54321"
  bool tls = false;
  std::string_view user_agent;
  std::string_view api = "s3";  // or "sts", "admin", "pipelines"
  std::string_view method;
  std::string_view path;        // as it came, percent-encoded; never a query
  std::string_view operation;   // "PutObject", "admin:CreateUser"; "-" where none was found
  std::string_view access_key;  // of whom it claims to be from; empty for anonymous
  std::string_view user;        // whose key it is, once proven: a user's name or "penstock"
  std::string_view bucket;
  std::string_view key;
  std::string_view version_id;     // that was asked for, or made
  std::string_view subject;        // what an administrative request is about, where it is no bucket
  bool bypass_governance = false;  // asked for
  int status = 0;
  std::string_view error_code;  // as clients got it; empty where there was none
  uint64_t bytes_in = 0;        // of the body
  uint64_t bytes_out = 0;       // of the body
  bool broken_off = false;      // the response did not come to its end
};

// Is told of every request. Thread-safe; must not wait long, since the connection waits with it.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  virtual void Began() = 0;
  virtual void Ended(const RequestRecord& record) = 0;
};

}  // namespace penstock::s3
