// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/file_sink.h"
#include "net/blocking_stream.h"
#include "net/http.h"
#include "net/request_body.h"

namespace penstock::net {

// What the connection is good for once a response is through.
enum class ConnectionUse {
  kKeep,    // another request
  kLinger,  // nothing, but the peer has to get the response before the connection closes
  kClose,   // nothing
};

// Writes one response in HTTP/1.1 framing.
class ResponseStream final : public ResponseWriter, public base::FileSink {
 public:
  // An unread rest of the request's body up to this size is passed over; beyond it, closing the
  // connection is cheaper.
  static constexpr uint64_t kMaxPassedOverBytes = 256 << 10;

  ResponseStream(const RequestHead& request, RequestBody& body, BlockingStream& stream,
                 const base::Clock& clock, bool may_keep);

  base::Status Start(int status, const Headers& headers,
                     std::optional<uint64_t> content_length) override;
  bool started() const override { return started_; }
  base::Status Write(std::string_view bytes) override;
  void Abort() override { failed_ = true; }
  base::Result<std::optional<uint64_t>> WriteFrom(int descriptor, uint64_t offset,
                                                  uint64_t length) override;
  base::Result<size_t> WriteSome(std::string_view bytes) override;
  base::Status AwaitRoom() override;

  // After the handler: sends what is left to send.
  ConnectionUse Finish();

 private:
  void AppendHead(int status, const Headers& headers);
  void DecideConnection(const Headers& headers);
  base::Status CheckWrite(uint64_t length);
  base::Status WriteFramed(std::string_view bytes);

  RequestBody& body_;
  BlockingStream& stream_;
  const base::Clock& clock_;
  const bool is_head_;
  const int minor_version_;
  bool keep_;
  bool started_ = false;
  bool failed_ = false;
  bool bodiless_ = false;  // HEAD, 204 and 304: what is written is dropped
  bool chunked_ = false;
  std::optional<uint64_t> content_left_;
  std::string head_;  // formed and not yet sent
};

// Whether the header names and values can be sent as they are.
base::Status CheckResponseHeaders(const Headers& headers);

}  // namespace penstock::net
