// SPDX-License-Identifier: Apache-2.0
#include "kfp/stable_id.h"

#include "base/encoding.h"
#include "crypto/digest.h"

namespace penstock::kfp {

std::string StableId(std::string_view text) {
  std::string bytes = crypto::Sha256(text).substr(0, 16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  const std::string hex = base::HexEncode(bytes);
  std::string id;
  for (size_t i = 0; i < hex.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) id += '-';
    id += hex[i];
  }
  return id;
}

}  // namespace penstock::kfp
