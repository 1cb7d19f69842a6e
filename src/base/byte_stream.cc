// SPDX-License-Identifier: Apache-2.0
#include "base/byte_stream.h"

#include <array>

namespace penstock::base {

Result<std::string> ReadAll(ByteSource& source, size_t limit) {
  std::string text;
  std::array<char, 16384> buffer;
  while (true) {
    PENSTOCK_TRY(size_t count, source.Read(buffer));
    if (count == 0) return text;
    if (text.size() + count > limit) {
      return Fail(Code::kResourceExhausted, "the body is larger than " + std::to_string(limit) +
                                                " bytes, the most allowed here");
    }
    text.append(buffer.data(), count);
  }
}

}  // namespace penstock::base
