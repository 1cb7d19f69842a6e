// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <poll.h>

#include "base/result.h"
#include "net/transport.h"

namespace penstock::net {

// Told of threads that wait for a peer which takes its time. Thread-safe.
class PeerWaits {
 public:
  virtual ~PeerWaits() = default;
  virtual void BeginWait() = 0;
  virtual void EndWait() = 0;
};

// How long a peer may make a thread wait. The average rate is taken over the time spent waiting for
// the peer alone, so that a handler's own slowness never counts against it.
struct IoLimits {
  std::chrono::milliseconds no_progress{30'000};    // negative: no limit
  std::chrono::milliseconds trickle_grace{30'000};  // waited in all before the rate must hold
  uint64_t min_bytes_per_second = 1024;
  int stop_fd = -1;            // waiting ends with kCancelled once this is readable; -1: none
  PeerWaits* waits = nullptr;  // told of waits longer than `patience`
  std::chrono::milliseconds patience{50};
};

// Blocking reads and writes on a non-blocking transport, for one request. Errors: kCancelled (the
// peer is gone), kDeadlineExceeded (no progress, or a trickle). Not thread-safe.
class BlockingStream {
 public:
  BlockingStream(int fd, Transport& transport, const IoLimits& limits)
      : fd_(fd), transport_(transport), limits_(limits) {}

  // At least one byte, or 0 once the peer has ended its side.
  base::Result<size_t> Read(std::span<char> buffer);
  // Like Read, but 0 also where nothing is there yet.
  base::Result<size_t> ReadNow(std::span<char> buffer);
  // Everything, in order; pieces may be empty. `pieces` is used up.
  base::Status WriteAll(std::span<std::string_view> pieces);
  base::Status WriteAll(std::string_view bytes) { return WriteAll(std::span(&bytes, 1)); }
  // Likewise, where more is written at once after that.
  base::Status WriteAllBeforeMore(std::span<std::string_view> pieces);
  // Writes what goes without waiting for long, and says how many bytes that were: fewer than all
  // where the peer is slow. The rest is then to be offered again.
  base::Result<size_t> WriteSome(std::span<std::string_view> pieces);
  // Writes of an open file's bytes what goes without waiting; no value where they must be read and
  // written instead.
  base::Result<std::optional<uint64_t>> WriteFile(int descriptor, uint64_t offset, uint64_t length);
  // Returns once something can be written.
  base::Status AwaitWritable() { return Wait(IoResult::Outcome::kWantWrite, out_); }
  // Client side; a server's handshakes are run by the event loop.
  base::Status Handshake();

  // Whether a read would give something within that time.
  bool WaitReadable(std::chrono::milliseconds timeout);

 private:
  struct Flow {
    uint64_t bytes = 0;
    std::chrono::steady_clock::duration waited{};
  };
  base::Status Wait(IoResult::Outcome want, Flow& flow);
  using WriteCall = IoResult (Transport::*)(std::span<const std::string_view>);
  base::Status WriteBy(WriteCall call, std::span<std::string_view> pieces);
  bool HasRoomSoon();
  int Poll(pollfd (&entries)[2]);
  base::Status CheckRate(const Flow& flow) const;

  int fd_;
  Transport& transport_;
  IoLimits limits_;
  Flow in_;
  Flow out_;
};

}  // namespace penstock::net
