// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <cerrno>

#include <sys/random.h>

#include "base/check.h"
#include "base/encoding.h"

namespace penstock::base {

std::string Random::Uuid() {
  std::string bytes = Bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string hex = HexEncode(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

std::string SystemRandom::Bytes(size_t count) {
  std::string bytes(count, '\0');
  size_t done = 0;
  while (done < count) {
    ssize_t got = getrandom(bytes.data() + done, count - done, 0);
    if (got < 0 && errno == EINTR) continue;
    PENSTOCK_CHECK(got > 0);
    done += static_cast<size_t>(got);
  }
  return bytes;
}

std::string SeededRandom::Bytes(size_t count) {
  std::lock_guard lock(mutex_);
  std::string bytes(count, '\0');
  for (char& c : bytes) c = static_cast<char>(generator_());
  return bytes;
}

}  // namespace penstock::base
