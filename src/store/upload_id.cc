// SPDX-License-Identifier: Apache-2.0
#include "store/upload_id.h"

#include "base/encoding.h"

namespace penstock::store {
namespace {

constexpr size_t kRandomBytes = 12;

}  // namespace

std::string MakeUploadId(uint64_t number, base::Random& random) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift));
  return base::HexEncode(bytes + random.Bytes(kRandomBytes));
}

std::optional<uint64_t> NumberOfUploadId(std::string_view id) {
  auto bytes = base::HexDecode(id);
  if (!bytes || bytes->size() != 8 + kRandomBytes) return std::nullopt;
  uint64_t number = 0;
  for (char c : bytes->substr(0, 8)) number = number << 8 | static_cast<uint8_t>(c);
  return number;
}

}  // namespace penstock::store
