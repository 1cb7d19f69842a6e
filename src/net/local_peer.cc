// SPDX-License-Identifier: Apache-2.0
#include "net/local_peer.h"

namespace penstock::net {
namespace {

// "127.0.0.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1".
bool IsLoopback(std::string_view peer) {
  return peer.starts_with("127.") || peer.starts_with("[::1]") || peer.starts_with("[::ffff:127.");
}

bool CameThroughProxy(const Headers& headers) {
  return headers.Has("x-forwarded-for") || headers.Has("forwarded") || headers.Has("via") ||
         headers.Has("x-real-ip");
}

}  // namespace

bool CameFromThisMachine(const Request& request) {
  return IsLoopback(request.peer) && !CameThroughProxy(request.head.headers);
}

}  // namespace penstock::net
