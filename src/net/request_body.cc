// SPDX-License-Identifier: Apache-2.0
#include "net/request_body.h"

#include <algorithm>
#include <cstring>

namespace penstock::net {
namespace {

constexpr size_t kReceiveBytes = 64 << 10;
constexpr size_t kLargeReceived = 16 << 10;

// Runs the decoder to the end of the body; npos where the input does not reach it.
size_t SkipChunks(ChunkedDecoder& decoder, std::string_view input) {
  size_t used = 0;
  while (!decoder.done()) {
    base::Result<ChunkedDecoder::Step> step = decoder.Next(input.substr(used));
    if (!step || step->consumed == 0) return std::string::npos;
    used += step->consumed;
  }
  return used;
}

}  // namespace

RequestBody::RequestBody(const RequestHead& head, BlockingStream& stream, std::string& received)
    : stream_(stream),
      received_(received),
      remaining_(head.content_length.value_or(0)),
      continue_wanted_(head.expect_continue && received.empty()) {
  if (head.chunked) decoder_.emplace();
}

base::Result<size_t> RequestBody::Read(std::span<char> buffer) {
  if (failure_) return base::Fail(*failure_);
  base::Result<size_t> count = decoder_ ? ReadChunked(buffer) : ReadPlain(buffer);
  if (!count) failure_ = count.error();
  return count;
}

base::Result<size_t> RequestBody::ReadPlain(std::span<char> buffer) {
  if (remaining_ == 0) return 0;
  auto wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), remaining_));
  size_t count = std::min(wanted, received_.size());
  if (count > 0) {
    std::memcpy(buffer.data(), received_.data(), count);
    received_.erase(0, count);
    // Not held while the rest is waited for.
    if (received_.empty() && received_.capacity() >= kLargeReceived) received_ = std::string();
  } else {
    PENSTOCK_TRY(count, Receive(buffer.first(wanted)));
  }
  remaining_ -= count;
  return count;
}

base::Result<size_t> RequestBody::ReadChunked(std::span<char> buffer) {
  while (!decoder_->done()) {
    PENSTOCK_TRY(size_t count, TakeChunkData(buffer));
    if (count > 0) return count;
    if (decoder_->done()) break;
    size_t had = received_.size();
    received_.resize(had + kReceiveBytes);
    base::Result<size_t> more = Receive(std::span(received_).subspan(had));
    received_.resize(had + more.value_or(0));
    if (!more) return more;
  }
  return 0;
}

// Decodes from what is received, removing it; 0 where that gives no data.
base::Result<size_t> RequestBody::TakeChunkData(std::span<char> buffer) {
  std::string_view input = received_;
  size_t used = 0;
  size_t given = 0;
  while (given < buffer.size() && !decoder_->done()) {
    std::string_view rest = input.substr(used);
    PENSTOCK_TRY(ChunkedDecoder::Step step, decoder_->Next(rest, buffer.size() - given));
    if (step.consumed == 0) break;
    std::copy(step.data.begin(), step.data.end(), buffer.begin() + static_cast<ptrdiff_t>(given));
    given += step.data.size();
    used += step.consumed;
  }
  received_.erase(0, used);
  return given;
}

base::Result<size_t> RequestBody::Receive(std::span<char> buffer) {
  PENSTOCK_RETURN_IF_ERROR(AskToContinue());
  PENSTOCK_TRY(size_t count, stream_.Read(buffer));
  if (count == 0) {
    return base::Fail(base::Code::kInvalidArgument, "incomplete_body",
                      "the request's body is shorter than it was said to be");
  }
  return count;
}

base::Status RequestBody::AskToContinue() {
  if (!continue_wanted_) return {};
  continue_wanted_ = false;
  if (response_started_) return {};
  return stream_.WriteAll("HTTP/1.1 100 Continue\r\n\r\n");
}

void RequestBody::ResponseStarts() {
  response_started_ = true;
  if (!decoder_ || decoder_->done() || continue_wanted_ || failure_) return;
  size_t had = received_.size();
  received_.resize(had + kReceiveBytes);
  received_.resize(had + stream_.ReadNow(std::span(received_).subspan(had)).value_or(0));
  // Looked for with a copy of the decoder: the handler may still want to read, as an echo does.
  ChunkedDecoder probe = *decoder_;
  end_received_ = SkipChunks(probe, received_) != std::string::npos;
}

void RequestBody::DropReceived() {
  if (decoder_ && end_received_) received_.erase(0, SkipChunks(*decoder_, received_));
}

std::optional<uint64_t> RequestBody::Remaining() const {
  if (failure_ || continue_wanted_) return std::nullopt;
  if (!decoder_) return remaining_;
  if (decoder_->done() || end_received_) return 0;
  return std::nullopt;
}

}  // namespace penstock::net
