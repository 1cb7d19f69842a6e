// SPDX-License-Identifier: Apache-2.0
#include "net/blocking_stream.h"

#include <algorithm>
#include <cerrno>
#include <string>

namespace penstock::net {
namespace {

using base::Code;
using base::Fail;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

void Advance(std::span<std::string_view> pieces, size_t bytes) {
  for (std::string_view& piece : pieces) {
    size_t count = std::min(piece.size(), bytes);
    piece.remove_prefix(count);
    bytes -= count;
  }
}

auto PeerGone() { return Fail(Code::kCancelled, "the peer has closed the connection"); }

}  // namespace

base::Result<size_t> BlockingStream::Read(std::span<char> buffer) {
  while (true) {
    IoResult result = transport_.Read(buffer);
    if (result.outcome == IoResult::Outcome::kDone) {
      in_.bytes += result.bytes;
      return result.bytes;
    }
    if (result.outcome == IoResult::Outcome::kEnd) return 0;
    PENSTOCK_RETURN_IF_ERROR(Wait(result.outcome, in_));
  }
}

base::Result<size_t> BlockingStream::ReadNow(std::span<char> buffer) {
  IoResult result = transport_.Read(buffer);
  if (result.outcome == IoResult::Outcome::kFailed) return PeerGone();
  return result.bytes;
}

base::Status BlockingStream::WriteAll(std::span<std::string_view> pieces) {
  return WriteBy(&Transport::Write, pieces);
}

base::Status BlockingStream::WriteAllBeforeMore(std::span<std::string_view> pieces) {
  return WriteBy(&Transport::WriteBeforeMore, pieces);
}

base::Status BlockingStream::WriteBy(WriteCall call, std::span<std::string_view> pieces) {
  while (true) {
    while (!pieces.empty() && pieces.front().empty()) pieces = pieces.subspan(1);
    if (pieces.empty()) return {};
    IoResult result = (transport_.*call)(pieces);
    if (result.outcome != IoResult::Outcome::kDone) {
      PENSTOCK_RETURN_IF_ERROR(Wait(result.outcome, out_));
      continue;
    }
    out_.bytes += result.bytes;
    Advance(pieces, result.bytes);
  }
}

base::Result<size_t> BlockingStream::WriteSome(std::span<std::string_view> pieces) {
  size_t written = 0;
  while (true) {
    while (!pieces.empty() && pieces.front().empty()) pieces = pieces.subspan(1);
    if (pieces.empty()) return written;
    IoResult result = transport_.Write(pieces);
    if (result.outcome == IoResult::Outcome::kWantWrite) {
      if (!HasRoomSoon()) return written;
      continue;
    }
    if (result.outcome != IoResult::Outcome::kDone) {
      PENSTOCK_RETURN_IF_ERROR(Wait(result.outcome, in_));
      continue;
    }
    out_.bytes += result.bytes;
    written += result.bytes;
    Advance(pieces, result.bytes);
  }
}

bool BlockingStream::HasRoomSoon() {
  pollfd entry{fd_, POLLOUT, 0};
  auto start = steady_clock::now();
  int ready = poll(&entry, 1, static_cast<int>(limits_.patience.count()));
  out_.waited += steady_clock::now() - start;
  return ready == 1 && CheckRate(out_).has_value();
}

base::Result<std::optional<uint64_t>> BlockingStream::WriteFile(int descriptor, uint64_t offset,
                                                                uint64_t length) {
  std::optional<IoResult> result = transport_.WriteFile(descriptor, offset, length);
  if (!result) return std::nullopt;
  if (result->outcome == IoResult::Outcome::kFailed) return PeerGone();
  if (result->outcome == IoResult::Outcome::kWantRead) {
    PENSTOCK_RETURN_IF_ERROR(Wait(result->outcome, in_));
  }
  out_.bytes += result->bytes;
  return result->bytes;
}

base::Status BlockingStream::Handshake() {
  while (true) {
    IoResult result = transport_.Handshake();
    if (result.outcome == IoResult::Outcome::kDone) return {};
    PENSTOCK_RETURN_IF_ERROR(Wait(result.outcome, in_));
  }
}

bool BlockingStream::WaitReadable(milliseconds timeout) {
  if (transport_.HasPending()) return true;
  pollfd entry{fd_, POLLIN, 0};
  return poll(&entry, 1, static_cast<int>(timeout.count())) == 1;
}

base::Status BlockingStream::Wait(IoResult::Outcome want, Flow& flow) {
  bool read = want == IoResult::Outcome::kWantRead;
  if (!read && want != IoResult::Outcome::kWantWrite) return PeerGone();
  // poll(2) passes over an entry whose descriptor is negative.
  pollfd entries[] = {{fd_, static_cast<short>(read ? POLLIN : POLLOUT), 0},
                      {limits_.stop_fd, POLLIN, 0}};
  auto start = steady_clock::now();
  int ready = Poll(entries);
  flow.waited += steady_clock::now() - start;
  if (ready < 0 && errno != EINTR) {
    return Fail(Code::kInternal, "cannot wait for the connection");
  }
  if (ready == 0) {
    return Fail(Code::kDeadlineExceeded, "the peer made no progress for " +
                                             std::to_string(limits_.no_progress.count()) + " ms");
  }
  if (ready > 0 && entries[1].revents != 0) return Fail(Code::kCancelled, "given up");
  return CheckRate(flow);
}

// A thread that waits for long is made up for meanwhile, so that slow peers are in nobody's way.
int BlockingStream::Poll(pollfd (&entries)[2]) {
  milliseconds rest = limits_.no_progress;
  if (limits_.waits != nullptr && (rest.count() < 0 || rest > limits_.patience)) {
    int ready = poll(entries, 2, static_cast<int>(limits_.patience.count()));
    if (ready != 0) return ready;
    if (rest.count() >= 0) rest -= limits_.patience;
    limits_.waits->BeginWait();
    ready = poll(entries, 2, static_cast<int>(rest.count()));
    limits_.waits->EndWait();
    return ready;
  }
  return poll(entries, 2, static_cast<int>(rest.count()));
}

base::Status BlockingStream::CheckRate(const Flow& flow) const {
  if (flow.waited <= limits_.trickle_grace) return {};
  auto waited = std::chrono::duration_cast<milliseconds>(flow.waited).count();
  if (flow.bytes * 1000 >= limits_.min_bytes_per_second * static_cast<uint64_t>(waited)) return {};
  return Fail(Code::kDeadlineExceeded, "the peer is slower than " +
                                           std::to_string(limits_.min_bytes_per_second) +
                                           " bytes a second");
}

}  // namespace penstock::net
