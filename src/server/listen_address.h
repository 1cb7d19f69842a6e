// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::server {

struct ListenAddress {
  std::string host;  // a numeric address, or "localhost"
  uint16_t port = 0;
  bool loopback = false;
};

// Reads "127.0.0.1:8888", "[::1]:8888", "localhost:8888" or ":8888" (which means every address).
base::Result<ListenAddress> ParseListenAddress(std::string_view text);

// Where the processes of this machine reach what listens there: "0.0.0.0" is no place to go to.
ListenAddress AsSeenHere(ListenAddress address);

}  // namespace penstock::server
