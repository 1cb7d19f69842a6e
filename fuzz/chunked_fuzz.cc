// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/chunked_decoder.h"

using penstock::net::ChunkedDecoder;

namespace {

struct Outcome {
  std::string data;
  bool done = false;
  bool failed = false;
  bool operator==(const Outcome&) const = default;
};

// Shows the decoder `piece` bytes more at a time.
Outcome Decode(std::string_view input, size_t piece) {
  ChunkedDecoder decoder;
  Outcome outcome;
  size_t used = 0;
  size_t shown = 0;
  while (!decoder.done()) {
    auto step = decoder.Next(input.substr(used, shown - used));
    if (!step) {
      outcome.failed = true;
      return outcome;
    }
    PENSTOCK_CHECK(step->consumed <= shown - used);
    used += step->consumed;
    outcome.data += step->data;
    if (step->consumed > 0) continue;
    if (shown == input.size()) return outcome;
    shown = std::min(shown + piece, input.size());
  }
  outcome.done = true;
  return outcome;
}

}  // namespace

// However the bytes are cut, the same comes out. The first byte says how.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  PENSTOCK_CHECK(Decode(input, data[0] + size_t{1}) == Decode(input, input.size() + 1));
  return 0;
}
