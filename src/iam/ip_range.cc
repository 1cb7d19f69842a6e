// SPDX-License-Identifier: Apache-2.0
#include "iam/ip_range.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace penstock::iam {
namespace {

constexpr int kMappedBits = 96;  // ::ffff:0:0/96 holds IPv4

}  // namespace

base::Result<IpRange> IpRange::Parse(std::string_view text) {
  auto bad = [&] {
    return base::Fail(base::Code::kInvalidArgument,
                      "'" + std::string(text.substr(0, 64)) +
                          "' is no IP address or block; write 192.0.2.0/24 or 2001:db8::/32");
  };
  IpRange range;
  size_t slash = std::min(text.find('/'), text.size());
  std::string address(text.substr(0, slash));
  int bits = 128;
  in_addr v4{};
  bool is_v4 = inet_pton(AF_INET, address.c_str(), &v4) == 1;
  if (is_v4) {
    bits = 32;
    range.bytes_[10] = range.bytes_[11] = 0xFF;
    std::copy_n(reinterpret_cast<const unsigned char*>(&v4), 4, range.bytes_.begin() + 12);
  } else if (inet_pton(AF_INET6, address.c_str(), range.bytes_.data()) != 1) {
    return bad();
  }
  if (slash < text.size()) {
    std::string_view digits = text.substr(slash + 1);
    int given = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
    if (error != std::errc() || end != digits.data() + digits.size() || given < 0 || given > bits) {
      return bad();
    }
    bits = given;
  }
  range.prefix_bits_ = is_v4 ? kMappedBits + bits : bits;
  return range;
}

bool IpRange::Contains(const IpRange& other) const {
  if (other.prefix_bits_ < prefix_bits_) return false;
  size_t whole = static_cast<size_t>(prefix_bits_) / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(whole),
                  other.bytes_.begin())) {
    return false;
  }
  int rest = prefix_bits_ % 8;
  if (rest == 0) return true;
  int shift = 8 - rest;
  return bytes_[whole] >> shift == other.bytes_[whole] >> shift;
}

bool IpRange::IsWide() const {
  bool mapped = bytes_[10] == 0xFF && bytes_[11] == 0xFF &&
                std::all_of(bytes_.begin(), bytes_.begin() + 10, [](auto b) { return b == 0; });
  return mapped ? prefix_bits_ < kMappedBits + 8 : prefix_bits_ < 32;
}

}  // namespace penstock::iam
