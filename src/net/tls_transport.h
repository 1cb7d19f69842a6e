// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "base/result.h"
#include "net/transport.h"

namespace penstock::net {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;

// A TLS stream over a descriptor. `ssl` is new and knows its role (accept or connect).
base::Result<std::unique_ptr<Transport>> MakeTlsTransport(int fd, SslPtr ssl);

}  // namespace penstock::net
