// SPDX-License-Identifier: Apache-2.0
#include "net/request_assembler.h"

#include <algorithm>

#include "net/http_syntax.h"

namespace penstock::net {

RequestAssembler::State RequestAssembler::Examine() {
  if (refusal_ != nullptr) return State::kRefused;
  if (head_ != nullptr) return ExamineBody();
  auto skipped = static_cast<size_t>(std::min<uint64_t>(skip_, bytes_.size()));
  // Empty lines before a request are left over by some old clients (RFC 9112 section 2.2).
  size_t start = std::min(skip_ > skipped ? skipped : bytes_.find_first_not_of("\r\n", skipped),
                          bytes_.size());
  if (start > 0) {
    bytes_.erase(0, start);
    scanned_ = 0;
  }
  skip_ -= skipped;
  if (skip_ > 0) return State::kSkipping;
  if (bytes_.empty()) return State::kIdle;
  return ExamineHead();
}

RequestHead RequestAssembler::TakeHead() {
  RequestHead head = std::move(*head_);
  head_.reset();
  return head;
}

void RequestAssembler::Shrink() {
  if (bytes_.empty()) std::string().swap(bytes_);
}

RequestAssembler::State RequestAssembler::Refuse(int status, std::string message) {
  refusal_ = std::make_unique<Refusal>(Refusal{status, std::move(message)});
  return State::kRefused;
}

RequestAssembler::State RequestAssembler::ExamineHead() {
  // Whatever speaks another protocol (TLS, say) is told so at once, not when its time is up.
  if (!IsTokenChar(bytes_[0])) return Refuse(400, "this is not an HTTP/1.1 request");
  size_t end = FindHeadEnd();
  if (std::min(end, bytes_.size()) > limits_.head_bytes) {
    bool in_target = bytes_.find('\n') > limits_.head_bytes;
    return in_target ? Refuse(414, "the request target is too long")
                     : Refuse(431, "the head of the request is larger than " +
                                       std::to_string(limits_.head_bytes) + " bytes");
  }
  if (end == std::string::npos) return State::kHead;
  base::Result<RequestHead> head = ParseRequestHead(std::string_view(bytes_).substr(0, end));
  if (!head) return Refuse(HeadErrorStatus(head.error()), head.error().message());
  head_ = std::make_unique<RequestHead>(std::move(*head));
  bytes_.erase(0, end);
  scanned_ = 0;
  return ExamineBody();
}

// A small body is waited for, so that its sender's slowness costs no thread. One that is to be
// asked for with a 100 is not: whether it is wanted is the handler's choice.
RequestAssembler::State RequestAssembler::ExamineBody() const {
  uint64_t length = head_->content_length.value_or(0);
  bool wait = length > bytes_.size() && length <= limits_.body_bytes && !head_->expect_continue;
  return wait ? State::kBody : State::kReady;
}

// Where the empty line ends, or npos. A bare line feed ends the head too: the parser then refuses
// it, and nobody waits for an empty line that would never come.
size_t RequestAssembler::FindHeadEnd() {
  while (true) {
    size_t feed = bytes_.find('\n', scanned_);
    if (feed == std::string::npos) {
      scanned_ = bytes_.size();
      return feed;
    }
    scanned_ = feed + 1;
    bool bare = feed == 0 || bytes_[feed - 1] != '\r';
    bool empty_line = feed >= 3 && bytes_[feed - 2] == '\n';
    if (bare || empty_line) return feed + 1;
  }
}

}  // namespace penstock::net
