// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"

namespace penstock::net {

// Header fields in order; names compare without case (RFC 9110 section 5.1).
class Headers {
 public:
  void Add(std::string_view name, std::string_view value);
  void Set(std::string_view name, std::string_view value);  // replaces all of that name
  void Remove(std::string_view name);                       // all of that name
  // The first value of that name, or nullptr.
  const std::string* Find(std::string_view name) const;
  std::string GetOr(std::string_view name, std::string_view fallback) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

// The head of an HTTP/1.1 request as it came: nothing is decoded.
struct RequestHead {
  std::string method;  // "GET"
  std::string target;  // "/bucket/a%20b?list-type=2"
  std::string path;    // "/bucket/a%20b", still percent-encoded
  std::string query;   // "list-type=2", still percent-encoded
  Headers headers;
  std::optional<uint64_t> content_length;
  bool chunked = false;  // Transfer-Encoding: chunked; then content_length is empty
  bool keep_alive = true;
  bool expect_continue = false;
  int minor_version = 1;  // of HTTP/1.x: 0 or 1
};

inline constexpr size_t kMaxTargetBytes = 32 << 10;
inline constexpr size_t kMaxHeaderFields = 256;

// Parses the bytes up to and with the empty line. Pure; wrong bytes give kInvalidArgument, with a
// message fit for a plain text answer of status HeadErrorStatus(error). Requests that could be read
// in two ways (both a length and chunked, several lengths, a space before the colon, folded lines,
// bare line feeds) are refused: they are how requests are smuggled. A target in absolute form
// ("http://host/path") comes out in origin form ("/path"), its authority as the Host field (RFC
// 9112 section 3.2.2).
base::Result<RequestHead> ParseRequestHead(std::string_view bytes);

// The status that says best what is wrong with a head: 400, 414, 431, 501 or 505.
int HeadErrorStatus(const base::Error& error);

// A request in the hands of a handler. The body blocks while it comes in and need not be read to
// the end. Its errors: kCancelled (the peer is gone), kDeadlineExceeded (too slow),
// kInvalidArgument (framed wrongly, or with reason "incomplete_body" cut short).
struct Request {
  RequestHead head;
  base::ByteSource* body = nullptr;  // never null; empty where there is none
  std::string peer;                  // "127.0.0.1:54321"
  bool tls = false;
  std::string_view tls_version;  // "1.3"; empty without TLS
  std::string id;  // 16 hex digits, unique in this process: for logs and response headers
};

// Sends one response. Start once, then Write any number of times; Finish is called by the server.
// With content_length the writes must add up to it; without one the body is sent chunked. A HEAD
// response gives the length and drops what is written. Writing blocks while the peer is slow; an
// error means that the peer is gone, and the handler should give up.
//
// Start refuses header names and values that would break the head (kInvalidArgument, and nothing is
// started). The head leaves with the first Write; to send it earlier, Write nothing ("").
class ResponseWriter : public base::ByteSink {
 public:
  virtual base::Status Start(int status, const Headers& headers,
                             std::optional<uint64_t> content_length) = 0;
  virtual bool started() const = 0;
  // Gives up on a response midway: the connection closes without the proper end of a body, so that
  // the client sees that something is missing.
  virtual void Abort() {}
  // Start and the whole body at once.
  base::Status Send(int status, Headers headers, std::string_view body);
};

// Answers requests; called from many threads at once. The server adds Date, Connection and framing.
// A handler that returns without having started a response causes a 500.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void Handle(Request& request, ResponseWriter& response) = 0;
};

// "Not Found" for 404; empty where the status has no name.
std::string_view ReasonPhrase(int status);

}  // namespace penstock::net
