// SPDX-License-Identifier: Apache-2.0
#include "server/listen_address.h"

#include <charconv>

#include <arpa/inet.h>

namespace penstock::server {

using base::Code;
using base::Fail;

base::Result<ListenAddress> ParseListenAddress(std::string_view text) {
  auto bad = [&] {
    return Fail(Code::kInvalidArgument, "'" + std::string(text) +
                                            "' is no address to listen on: write HOST:PORT with a "
                                            "numeric host, such as 127.0.0.1:8888");
  };
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad();
  std::string_view host = text.substr(0, colon);
  std::string_view digits = text.substr(colon + 1);
  ListenAddress address;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return bad();

  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  if (host.empty()) host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  address.host = host;
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, address.host.c_str(), &v4) == 1) {
    address.loopback = (ntohl(v4.s_addr) >> 24) == 127;
  } else if (inet_pton(AF_INET6, address.host.c_str(), &v6) == 1) {
    address.loopback = IN6_IS_ADDR_LOOPBACK(&v6);
  } else {
    return bad();
  }
  return address;
}

ListenAddress AsSeenHere(ListenAddress address) {
  if (address.host == "0.0.0.0") address.host = "127.0.0.1";
  if (address.host == "::") address.host = "::1";
  return address;
}

}  // namespace penstock::server
