// SPDX-License-Identifier: Apache-2.0
#include "net/tls_context.h"

#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/tls_transport.h"

namespace penstock::net {
namespace {

using base::Code;
using base::Fail;
using base::Status;

// In ALPN's form: each name behind its length (RFC 7301 section 3.1).
constexpr std::string_view kAlpn("\x08http/1.1", 9);

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, ContextDeleter>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string LastSslError() {
  unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason != nullptr ? reason : "unknown reason";
}

int SelectAlpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
               unsigned int in_size, void*) {
  unsigned char* selected = nullptr;
  int result = SSL_select_next_proto(&selected, out_size, Bytes(kAlpn), kAlpn.size(), in, in_size);
  *out = selected;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

base::Result<ContextPtr> MakeContext(const SSL_METHOD* method) {
  ContextPtr context(SSL_CTX_new(method));
  if (context == nullptr) {
    return Fail(Code::kInternal, "cannot set TLS up: " + LastSslError());
  }
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Buffers go while a connection is idle; a write may end early and go on from other memory.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

Status LoadCertificate(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
    return Fail(Code::kInvalidArgument,
                "cannot use the TLS certificate " + certificate + ": " + LastSslError());
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return Fail(Code::kInvalidArgument, "cannot use the TLS key " + key + " with the certificate " +
                                            certificate + ": " + LastSslError());
  }
  return {};
}

bool IsAddress(const std::string& host) {
  in6_addr buffer;
  return inet_pton(AF_INET, host.c_str(), &buffer) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &buffer) == 1;
}

}  // namespace

struct TlsContext::State {
  ContextPtr context;
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

base::Result<std::shared_ptr<const TlsContext>> TlsContext::ForServer(
    const std::string& certificate_file, const std::string& key_file) {
  PENSTOCK_TRY(ContextPtr context, MakeContext(TLS_server_method()));
  PENSTOCK_RETURN_IF_ERROR(LoadCertificate(context.get(), certificate_file, key_file));
  SSL_CTX_set_alpn_select_cb(context.get(), SelectAlpn, nullptr);
  auto state = std::make_unique<State>(State{std::move(context)});
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(state)));
}

base::Result<std::shared_ptr<const TlsContext>> TlsContext::ForClient(const std::string& ca_file) {
  PENSTOCK_TRY(ContextPtr context, MakeContext(TLS_client_method()));
  ERR_clear_error();
  int loaded = ca_file.empty()
                   ? SSL_CTX_set_default_verify_paths(context.get())
                   : SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr);
  if (loaded != 1) {
    return Fail(Code::kInvalidArgument,
                "cannot load trusted certificates from '" + ca_file + "': " + LastSslError());
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context.get(), Bytes(kAlpn), kAlpn.size());
  auto state = std::make_unique<State>(State{std::move(context)});
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(state)));
}

base::Result<std::unique_ptr<Transport>> TlsContext::Accept(int fd) const {
  SslPtr ssl(SSL_new(state_->context.get()));
  if (ssl != nullptr) SSL_set_accept_state(ssl.get());
  return MakeTlsTransport(fd, std::move(ssl));
}

base::Result<std::unique_ptr<Transport>> TlsContext::Connect(int fd,
                                                             const std::string& host) const {
  SslPtr ssl(SSL_new(state_->context.get()));
  if (ssl != nullptr) {
    SSL_set_connect_state(ssl.get());
    bool named = IsAddress(host)
                     ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str()) == 1
                     : SSL_set1_host(ssl.get(), host.c_str()) == 1 &&
                           SSL_set_tlsext_host_name(ssl.get(), host.c_str()) == 1;
    if (!named) return Fail(Code::kInvalidArgument, "'" + host + "' is not a host name");
  }
  return MakeTlsTransport(fd, std::move(ssl));
}

}  // namespace penstock::net
