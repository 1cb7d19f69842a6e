// SPDX-License-Identifier: Apache-2.0
#include "net/public_address.h"

#include <array>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace penstock::net {
namespace {

using Bytes = std::array<uint8_t, 16>;

struct Prefix {
  Bytes bytes;
  int bits;
};

bool Within(const Bytes& address, const Prefix& prefix) {
  int whole = prefix.bits / 8;
  if (std::memcmp(address.data(), prefix.bytes.data(), static_cast<size_t>(whole)) != 0) {
    return false;
  }
  int rest = prefix.bits % 8;
  if (rest == 0) return true;
  auto at = static_cast<size_t>(whole);
  return (address[at] ^ prefix.bytes[at]) >> (8 - rest) == 0;
}

constexpr Prefix kNotPublicV4[] = {
    {{0}, 8},              // this network
    {{10}, 8},             // private
    {{100, 64}, 10},       // behind a provider's translation
    {{127}, 8},            // this machine
    {{169, 254}, 16},      // link-local
    {{172, 16}, 12},       // private
    {{192, 0, 0}, 24},     // protocol assignments
    {{192, 0, 2}, 24},     // documentation
    {{192, 88, 99}, 24},   // the former relays of 6to4
    {{192, 168}, 16},      // private
    {{198, 18}, 15},       // benchmarks
    {{198, 51, 100}, 24},  // documentation
    {{203, 0, 113}, 24},   // documentation
    {{224}, 4},            // multicast
    {{240}, 4},            // reserved, broadcast
};

// Only what is within 2000::/3 is given out at all; of that these are not public.
constexpr Prefix kGlobalV6 = {{0x20}, 3};
constexpr Prefix kNotPublicV6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},  // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02}, 16},              // 6to4, which holds an IPv4 address
    {{0x3f, 0xff, 0x00}, 20},        // documentation
};
constexpr Prefix kMappedV4 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};

bool IsPublicV4(const uint8_t* bytes) {
  Bytes address{};
  std::memcpy(address.data(), bytes, 4);
  for (const Prefix& prefix : kNotPublicV4) {
    if (Within(address, prefix)) return false;
  }
  return true;
}

bool IsPublicV6(const Bytes& address) {
  if (Within(address, kMappedV4)) return IsPublicV4(address.data() + 12);
  if (!Within(address, kGlobalV6)) return false;
  for (const Prefix& prefix : kNotPublicV6) {
    if (Within(address, prefix)) return false;
  }
  return true;
}

}  // namespace

bool IsPublicAddress(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof(v4));
    uint8_t bytes[4];
    std::memcpy(bytes, &v4.sin_addr, sizeof(bytes));
    return IsPublicV4(bytes);
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6;
  std::memcpy(&v6, &address, sizeof(v6));
  Bytes bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return IsPublicV6(bytes);
}

}  // namespace penstock::net
