// SPDX-License-Identifier: Apache-2.0
#include "iam/key_letters.h"

#include <string_view>

#include "base/encoding.h"

namespace penstock::iam {
namespace {

// 32 letters, so that five bits of a random byte choose one without bias.
std::string RandomLetters(base::Random& random, size_t count) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text = random.Bytes(count);
  for (char& letter : text) letter = kLetters[static_cast<unsigned char>(letter) & 31];
  return text;
}

}  // namespace

std::string NewAccessKey(base::Random& random) { return RandomLetters(random, 20); }
std::string NewSecretKey(base::Random& random) { return RandomLetters(random, 40); }
std::string NewSessionToken(base::Random& random) { return RandomLetters(random, 64); }
std::string NewCanonicalId(base::Random& random) { return base::HexEncode(random.Bytes(32)); }

}  // namespace penstock::iam
