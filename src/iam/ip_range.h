// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "base/result.h"

namespace penstock::iam {

// An address or a block of them: "192.0.2.0/24", "2001:db8::/32", "198.51.100.7". An IPv4 address
// and its IPv4-mapped IPv6 form are the same.
class IpRange {
 public:
  static base::Result<IpRange> Parse(std::string_view text);

  bool Contains(const IpRange& other) const;
  // So wide that it says little about who asks: IPv4 wider than /8, IPv6 wider than /32.
  bool IsWide() const;

 private:
  std::array<unsigned char, 16> bytes_{};  // IPv6, or IPv4 mapped into it
  int prefix_bits_ = 128;
};

}  // namespace penstock::iam
