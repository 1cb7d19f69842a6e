// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

namespace penstock::net {

// Whether an IPv4 or IPv6 address is one of the public internet: none of this machine, of a private
// or link-local network (where clouds answer with credentials), of translation prefixes that lead
// to such, or of those set apart for other ends (RFC 6890 and its registries).
bool IsPublicAddress(const sockaddr& address);

}  // namespace penstock::net
