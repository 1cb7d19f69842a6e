// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/byte_stream.h"
#include "net/blocking_stream.h"
#include "net/chunked_decoder.h"
#include "net/http.h"

namespace penstock::net {

// The body of one request: first what came along with the head, then straight from the socket into
// the reader's buffer. Never takes a byte of the next request.
class RequestBody final : public base::ByteSource {
 public:
  // `received` holds bytes that came after the head; what this body uses of them is removed.
  RequestBody(const RequestHead& head, BlockingStream& stream, std::string& received);

  // Asks the peer to go on (100 Continue) where it waits for that.
  base::Result<size_t> Read(std::span<char> buffer) override;

  // From now on a 100 would follow the final response, so the peer is no longer asked to go on.
  void ResponseStarts();

  // How much of the body has still to be passed over before the next request, where that is sure.
  // Nothing where the peer may or may not send it, or where the framing was lost.
  std::optional<uint64_t> Remaining() const;
  // To be called when the handler is done and Remaining() is known.
  void DropReceived();

 private:
  base::Result<size_t> ReadPlain(std::span<char> buffer);
  base::Result<size_t> ReadChunked(std::span<char> buffer);
  base::Result<size_t> Receive(std::span<char> buffer);
  base::Result<size_t> TakeChunkData(std::span<char> buffer);
  base::Status AskToContinue();

  BlockingStream& stream_;
  std::string& received_;
  std::optional<ChunkedDecoder> decoder_;  // for a chunked body
  uint64_t remaining_ = 0;                 // of a body of known length
  bool continue_wanted_ = false;
  bool response_started_ = false;
  bool end_received_ = false;  // of a chunked body: its end is in received_
  std::optional<base::Error> failure_;
};

}  // namespace penstock::net
