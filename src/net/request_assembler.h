// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/http.h"

namespace penstock::net {

// Collects the bytes that come in on a connection and cuts requests out of them. Pure: it is used
// by the event loop and by pool threads alike, and bounded by its limits as long as its user asks
// for the state before adding more.
class RequestAssembler {
 public:
  struct Limits {
    size_t head_bytes = 64 << 10;
    size_t body_bytes = 64 << 10;  // a body up to this size is waited for
  };
  enum class State {
    kIdle,      // nothing of a next request is here
    kSkipping,  // the rest of the previous request's body is still to come
    kHead,      // part of a head
    kBody,      // a head, and part of a small body
    kReady,     // TakeHead; bytes() then begins with what has come of the body
    kRefused,   // refusal() says why; nothing more can be read on this connection
  };
  struct Refusal {
    int status = 400;
    std::string message;
  };

  explicit RequestAssembler(const Limits& limits) : limits_(limits) {}

  void Append(std::string_view bytes) { bytes_.append(bytes); }
  State Examine();

  // After kReady, once. The body's bytes are then the caller's to take from bytes().
  RequestHead TakeHead();
  // Received bytes that nobody has used yet. What the body leaves belongs to the next request.
  std::string& bytes() { return bytes_; }

  // The next `count` bytes belong to a body that nobody wants.
  void Skip(uint64_t count) { skip_ += count; }
  // Gives memory back while the connection is idle.
  void Shrink();

  const Refusal& refusal() const { return *refusal_; }

 private:
  State Refuse(int status, std::string message);
  State ExamineHead();
  State ExamineBody() const;
  size_t FindHeadEnd();

  Limits limits_;
  std::string bytes_;
  size_t scanned_ = 0;  // of bytes_: no end of the head is in there
  uint64_t skip_ = 0;
  std::unique_ptr<RequestHead> head_;
  std::unique_ptr<Refusal> refusal_;
};

}  // namespace penstock::net
