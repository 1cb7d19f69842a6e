// SPDX-License-Identifier: Apache-2.0
#include "net/response_stream.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "net/http_syntax.h"

namespace penstock::net {
namespace {

using base::Code;
using base::EqualsIgnoreCase;
using base::Fail;
using base::Status;

// The server frames and dates responses; a handler's own idea of these would contradict it.
bool IsServersField(std::string_view name) {
  return EqualsIgnoreCase(name, "content-length") || EqualsIgnoreCase(name, "transfer-encoding") ||
         EqualsIgnoreCase(name, "connection") || EqualsIgnoreCase(name, "keep-alive");
}

bool AsksToClose(const Headers& headers) {
  const std::string* connection = headers.Find("connection");
  return connection != nullptr && EqualsIgnoreCase(*connection, "close");
}

}  // namespace

base::Status CheckResponseHeaders(const Headers& headers) {
  for (const auto& [name, value] : headers.items()) {
    if (!IsToken(name)) return Fail(Code::kInvalidArgument, "a response header has a wrong name");
    if (!IsFieldValue(value)) {
      return Fail(Code::kInvalidArgument,
                  "the response header " + name + " holds a control character");
    }
  }
  return {};
}

ResponseStream::ResponseStream(const RequestHead& request, RequestBody& body,
                               BlockingStream& stream, const base::Clock& clock, bool may_keep)
    : body_(body),
      stream_(stream),
      clock_(clock),
      is_head_(request.method == "HEAD"),
      minor_version_(request.minor_version),
      keep_(request.keep_alive && may_keep) {}

base::Status ResponseStream::Start(int status, const Headers& headers,
                                   std::optional<uint64_t> content_length) {
  if (started_) return Fail(Code::kInternal, "the response has already been started");
  if (status < 200 || status > 599) {
    return Fail(Code::kInternal, std::to_string(status) + " is no final status");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckResponseHeaders(headers));
  started_ = true;
  bool no_content = status == 204 || status == 304;
  bodiless_ = is_head_ || no_content;
  if (!no_content) content_left_ = content_length;
  chunked_ = !bodiless_ && !content_length && minor_version_ >= 1;
  body_.ResponseStarts();
  DecideConnection(headers);
  AppendHead(status, headers);
  if (bodiless_) content_left_.reset();
  return {};
}

void ResponseStream::DecideConnection(const Headers& headers) {
  bool framed = bodiless_ || chunked_ || content_left_.has_value();
  std::optional<uint64_t> unread = body_.Remaining();
  bool passable = unread.has_value() && *unread <= kMaxPassedOverBytes;
  keep_ = keep_ && framed && passable && !AsksToClose(headers);
}

void ResponseStream::AppendHead(int status, const Headers& headers) {
  head_.reserve(512);
  head_.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  head_.append(ReasonPhrase(status)).append("\r\n");
  auto field = [&](std::string_view name, std::string_view value) {
    head_.append(name).append(": ").append(value).append("\r\n");
  };
  for (const auto& [name, value] : headers.items()) {
    if (!IsServersField(name)) field(name, value);
  }
  if (!headers.Has("date")) field("Date", base::FormatHttpDate(clock_.Now()));
  if (content_left_) field("Content-Length", std::to_string(*content_left_));
  if (chunked_) field("Transfer-Encoding", "chunked");
  if (!keep_) field("Connection", "close");
  if (keep_ && minor_version_ == 0) field("Connection", "keep-alive");
  head_.append("\r\n");
}

base::Status ResponseStream::CheckWrite(uint64_t length) {
  if (failed_) return Fail(Code::kCancelled, "the response has already failed");
  if (!started_) return Fail(Code::kInternal, "the response has not been started");
  if (bodiless_ || !content_left_ || length <= *content_left_) return {};
  failed_ = true;
  return Fail(Code::kInternal, "the response is longer than its Content-Length");
}

base::Result<std::optional<uint64_t>> ResponseStream::WriteFrom(int descriptor, uint64_t offset,
                                                                uint64_t length) {
  PENSTOCK_RETURN_IF_ERROR(CheckWrite(length));
  if (bodiless_ || chunked_ || length == 0) return std::nullopt;
  if (!head_.empty()) {
    std::string_view head = head_;
    base::Status sent = stream_.WriteAllBeforeMore(std::span(&head, 1));
    head_.clear();
    if (!sent) failed_ = true;
    PENSTOCK_RETURN_IF_ERROR(std::move(sent));
  }
  auto taken = stream_.WriteFile(descriptor, offset, length);
  if (!taken) failed_ = true;
  if (taken && *taken && content_left_) *content_left_ -= **taken;
  return taken;
}

base::Result<size_t> ResponseStream::WriteSome(std::string_view bytes) {
  PENSTOCK_RETURN_IF_ERROR(CheckWrite(bytes.size()));
  if (bodiless_ || chunked_) {
    PENSTOCK_RETURN_IF_ERROR(Write(bytes));
    return bytes.size();
  }
  std::array<std::string_view, 2> pieces = {head_, bytes};
  auto taken = stream_.WriteSome(pieces);
  if (!taken) failed_ = true;
  PENSTOCK_RETURN_IF_ERROR(taken);
  size_t of_head = std::min(*taken, head_.size());
  head_.erase(0, of_head);
  size_t of_bytes = *taken - of_head;
  if (content_left_) *content_left_ -= of_bytes;
  return of_bytes;
}

base::Status ResponseStream::AwaitRoom() {
  base::Status waited = stream_.AwaitWritable();
  if (!waited) failed_ = true;
  return waited;
}

base::Status ResponseStream::Write(std::string_view bytes) {
  PENSTOCK_RETURN_IF_ERROR(CheckWrite(bytes.size()));
  if (bodiless_) bytes = {};
  base::Status status = WriteFramed(bytes);
  if (!status) failed_ = true;
  if (content_left_) *content_left_ -= bytes.size();
  return status;
}

base::Status ResponseStream::WriteFramed(std::string_view bytes) {
  std::array<char, 20> size_line;
  std::array<std::string_view, 4> pieces = {head_, {}, bytes, {}};
  if (chunked_ && !bytes.empty()) {
    char* end = size_line.data() + size_line.size();
    end = std::to_chars(size_line.data(), end, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    pieces[1] = std::string_view(size_line.data(), static_cast<size_t>(end - size_line.data()));
    pieces[3] = "\r\n";
  }
  base::Status status = stream_.WriteAll(pieces);
  head_.clear();
  return status;
}

ConnectionUse ResponseStream::Finish() {
  if (!started_ && !failed_) {
    Headers headers;
    headers.Add("Content-Type", "text/plain; charset=utf-8");
    static_cast<void>(Send(500, std::move(headers), "internal error\n"));
  }
  bool short_body = content_left_.value_or(0) > 0;
  if (failed_ || short_body) return ConnectionUse::kClose;
  std::array<std::string_view, 2> pieces = {head_, chunked_ ? "0\r\n\r\n" : ""};
  if (!stream_.WriteAll(pieces)) return ConnectionUse::kClose;
  if (!keep_ || !body_.Remaining()) return ConnectionUse::kLinger;
  body_.DropReceived();
  return ConnectionUse::kKeep;
}

}  // namespace penstock::net
