// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace penstock::net {

// What became of one attempt to move bytes without waiting.
struct IoResult {
  enum class Outcome {
    kDone,       // `bytes` were moved, at least one (a handshake: it is complete)
    kWantRead,   // try again when the descriptor is readable
    kWantWrite,  // try again when the descriptor is writable
    kEnd,        // the peer will send no more
    kFailed,     // the peer is gone, or broke the protocol
  };
  Outcome outcome = Outcome::kFailed;
  size_t bytes = 0;
};

// A connected byte stream over a non-blocking descriptor that it does not own: plain TCP or TLS.
// Nothing here waits, so that the event loop and the pool threads can use the same object, one at a
// time.
class Transport {
 public:
  virtual ~Transport() = default;
  // To be repeated until kDone before anything else.
  virtual IoResult Handshake() = 0;
  virtual IoResult Read(std::span<char> buffer) = 0;  // never an empty buffer
  // Writes from the pieces in order, not all of them empty. After kWantRead or kWantWrite the call
  // must be repeated with the same bytes.
  virtual IoResult Write(std::span<const std::string_view> pieces) = 0;
  // Likewise, where more follows at once: they need not leave before that does.
  virtual IoResult WriteBeforeMore(std::span<const std::string_view> pieces) {
    return Write(pieces);
  }
  // Writes bytes of an open file. No value where this transport, or that file, does not do so.
  virtual std::optional<IoResult> WriteFile(int /*descriptor*/, uint64_t /*offset*/,
                                            size_t /*length*/) {
    return std::nullopt;
  }
  // Received bytes are held here, so that the descriptor may stay silent while Read has data.
  virtual bool HasPending() const = 0;
  // Tells the peer, as far as that goes without waiting, that nothing more will be sent.
  virtual void ShutdownWrite() = 0;
  // "1.3"; empty where this is not TLS.
  virtual std::string_view TlsVersion() const { return {}; }
};

std::unique_ptr<Transport> MakePlainTransport(int fd);

}  // namespace penstock::net
