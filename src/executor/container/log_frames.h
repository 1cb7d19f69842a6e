// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::executor {

// Takes apart the stream in which Docker sends output and error of a container: frames of one byte
// that says which, three zeros, the length (4 bytes, big end first) and as many bytes. Hands the
// bytes on as they come, so that memory is bounded. Pure.
class LogFrames {
 public:
  enum class Stream : uint8_t { kInput = 0, kOutput = 1, kError = 2 };
  using Sink = std::function<void(Stream stream, std::string_view bytes)>;

  explicit LogFrames(Sink sink) : sink_(std::move(sink)) {}

  // kDataLoss where it is no such stream; then nothing more is to be added.
  base::Status Add(std::string_view bytes);

 private:
  static constexpr size_t kHeaderBytes = 8;

  const Sink sink_;
  std::string header_;  // of the next frame, as far as it has come
  Stream stream_ = Stream::kOutput;
  uint32_t missing_ = 0;  // bytes of the present frame
};

}  // namespace penstock::executor
