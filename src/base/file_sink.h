// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/byte_stream.h"
#include "base/result.h"

namespace penstock::base {

// What a ByteSink may be besides: one that takes bytes out of an open file, so that they need not
// pass through this process, and lets go of memory where its reader is slow. Calls of it and of
// Write() may alternate; errors are as Write()'s.
class FileSink {
 public:
  virtual ~FileSink() = default;
  // Takes of the bytes [offset, offset+length) of an open file as many as go without waiting for
  // anybody, and says how many. No value, and none are taken, where they must be given to Write().
  virtual Result<std::optional<uint64_t>> WriteFrom(int descriptor, uint64_t offset,
                                                    uint64_t length) = 0;
  // Takes of the bytes as many as go within a moment, and says how many: all, but where whoever
  // reads them is slow. He can then be waited for without the bytes, of which the rest has to be
  // offered again, whole.
  virtual Result<size_t> WriteSome(std::string_view bytes) = 0;
  // Returns once WriteFrom() or WriteSome() would take something.
  virtual Status AwaitRoom() = 0;
};

inline FileSink* FileSinkOf(ByteSink& sink) { return dynamic_cast<FileSink*>(&sink); }

// What these do of a sink that passes everything on to another.
inline Result<std::optional<uint64_t>> PassFileOn(ByteSink& sink, int descriptor, uint64_t offset,
                                                  uint64_t length) {
  FileSink* taker = FileSinkOf(sink);
  if (taker == nullptr) return std::nullopt;
  return taker->WriteFrom(descriptor, offset, length);
}
inline Result<size_t> PassSomeOn(ByteSink& sink, std::string_view bytes) {
  if (FileSink* taker = FileSinkOf(sink)) return taker->WriteSome(bytes);
  PENSTOCK_RETURN_IF_ERROR(sink.Write(bytes));
  return bytes.size();
}
inline Status PassWaitOn(ByteSink& sink) {
  FileSink* taker = FileSinkOf(sink);
  return taker == nullptr ? Status() : taker->AwaitRoom();
}

}  // namespace penstock::base
