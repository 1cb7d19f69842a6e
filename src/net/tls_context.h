// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/transport.h"

namespace penstock::net {

// Keys, certificates and settings for TLS 1.2 and 1.3 with ALPN "http/1.1". Immutable once made, so
// that renewed certificates are a new context swapped in; connections keep theirs alive.
class TlsContext {
 public:
  // PEM files; the certificate's may hold the chain after it.
  static base::Result<std::shared_ptr<const TlsContext>> ForServer(
      const std::string& certificate_file, const std::string& key_file);
  // Trusts the certificates of the PEM file, or the system's where it is empty.
  static base::Result<std::shared_ptr<const TlsContext>> ForClient(const std::string& ca_file);
  ~TlsContext();

  base::Result<std::unique_ptr<Transport>> Accept(int fd) const;
  // Checks the peer's certificate against the host: a name or an address.
  base::Result<std::unique_ptr<Transport>> Connect(int fd, const std::string& host) const;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::net
