// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file_sink.h"
#include "net/blocking_stream.h"
#include "net/http_client.h"
#include "net/raw_client.h"
#include "net/tls_context.h"

namespace penstock::net {
namespace {

using testing::HasSubstr;

// A self-signed certificate for localhost and 127.0.0.1, and its key, as PEM files.
class Certificate {
 public:
  explicit Certificate(long serial) {
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-tls-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("penstock test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
    FILE* file = std::fopen(certificate_file().c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(key_file().c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(directory_); }

  std::string certificate_file() const { return directory_ + "/certificate.pem"; }
  std::string key_file() const { return directory_ + "/key.pem"; }

 private:
  std::string directory_;
};

// The client's end of one TLS connection.
class TlsClient {
 public:
  TlsClient(uint16_t port, const Certificate& trusted, const std::string& host = "localhost")
      : client_(port) {
    fcntl(client_.fd(), F_SETFL, O_NONBLOCK);
    context_ = TlsContext::ForClient(trusted.certificate_file()).value();
    transport_ = context_->Connect(client_.fd(), host).value();
    stream_ = std::make_unique<BlockingStream>(client_.fd(), *transport_, IoLimits{});
    handshake_ = stream_->Handshake();
  }

  bool connected() const { return handshake_.has_value(); }

  // Status and body, or "closed".
  std::string Exchange(std::string_view request) { return Send(request) ? Receive() : "closed"; }
  bool Send(std::string_view request) { return stream_->WriteAll(request).has_value(); }
  std::string Receive() {
    while (true) {
      const size_t end = received_.find("\r\n\r\n");
      const size_t length = received_.find("Content-Length: ");
      if (end != std::string::npos && length < end) {
        const size_t size = std::stoul(received_.substr(length + 16));
        if (received_.size() >= end + 4 + size) {
          std::string answer = received_.substr(9, 4) + received_.substr(end + 4, size);
          received_.erase(0, end + 4 + size);
          return answer;
        }
      }
      char buffer[65536];
      base::Result<size_t> count = stream_->Read(buffer);
      if (!count || *count == 0) return "closed";
      received_.append(buffer, *count);
    }
  }

 private:
  RawClient client_;
  std::shared_ptr<const TlsContext> context_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<BlockingStream> stream_;
  base::Status handshake_;
  std::string received_;  // of answers that have not been asked for
};

ServerOptions TlsOptions(const Certificate& certificate) {
  ServerOptions options;
  options.tls_certificate_file = certificate.certificate_file();
  options.tls_key_file = certificate.key_file();
  return options;
}

void Echo(Request& request, ResponseWriter& response) {
  EXPECT_TRUE(request.tls);
  auto body = base::ReadAll(*request.body, 100 << 20);
  ASSERT_TRUE(body);
  EXPECT_TRUE(response.Send(200, {}, *body));
}

std::string Put(const std::string& body) {
  return "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

TEST(Tls, ServesRequestsOfEverySize) {
  Certificate certificate(1);
  TestServer test(Echo, TlsOptions(certificate));
  TlsClient client(test.server->port(), certificate);
  ASSERT_TRUE(client.connected());
  for (size_t size : {0, 1, 16'384, 16'500, 70'000, 3'000'000}) {
    std::string body(size, 'x');
    EXPECT_EQ(client.Exchange(Put(body)), "200 " + body) << size;
  }
}

// More than the sockets hold, so that records are left over when a call returns.
TEST(Tls, TakesBodiesOutOfFiles) {
  std::string bytes;
  for (int i = 0; bytes.size() < 16'000'000; ++i) bytes += std::to_string(i);
  int file = memfd_create("file", MFD_CLOEXEC);
  ASSERT_EQ(write(file, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  Certificate certificate(1);
  TestServer test(
      [&](Request&, ResponseWriter& response) {
        base::FileSink* sink = base::FileSinkOf(response);
        ASSERT_TRUE(response.Start(200, {}, bytes.size() + 3));
        for (uint64_t offset = 0; offset < bytes.size();) {
          auto taken = sink->WriteFrom(file, offset, bytes.size() - offset);
          ASSERT_TRUE(taken && *taken);
          offset += **taken;
          if (offset < bytes.size()) {
            ASSERT_TRUE(sink->AwaitRoom());
          }
        }
        auto beyond = sink->WriteFrom(file, bytes.size(), 3);
        ASSERT_TRUE(beyond);
        EXPECT_FALSE(*beyond);
        ASSERT_TRUE(response.Write("end"));
      },
      TlsOptions(certificate));
  TlsClient client(test.server->port(), certificate);
  std::string answer = client.Exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer == "200 " + bytes + "end") << answer.size();
  close(file);
}

TEST(Tls, GivesBytesBackThatASlowPeerHasNoRoomFor) {
  std::string bytes;
  for (int i = 0; bytes.size() < 16'000'000; ++i) bytes += std::to_string(i);
  Certificate certificate(1);
  std::atomic<int> waits = 0;
  TestServer test(
      [&](Request&, ResponseWriter& response) {
        base::FileSink* sink = base::FileSinkOf(response);
        ASSERT_TRUE(response.Start(200, {}, bytes.size()));
        for (size_t offset = 0; offset < bytes.size();) {
          auto taken = sink->WriteSome(std::string(bytes, offset));
          ASSERT_TRUE(taken);
          offset += *taken;
          if (offset < bytes.size()) {
            ++waits;
            ASSERT_TRUE(sink->AwaitRoom());
          }
        }
      },
      TlsOptions(certificate));
  TlsClient client(test.server->port(), certificate);
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  while (waits == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::string answer = client.Receive();
  EXPECT_TRUE(answer == "200 " + bytes) << answer.size();
}

TEST(Tls, PipelinedRequestsInOneRecordAreAllAnswered) {
  Certificate certificate(1);
  TestServer test(Echo, TlsOptions(certificate));
  TlsClient client(test.server->port(), certificate);
  EXPECT_EQ(client.Exchange(Put("one") + Put("two")), "200 one");
  EXPECT_EQ(client.Receive(), "200 two");
}

TEST(Tls, TheClientFetchesOverTls) {
  Certificate certificate(1);
  TestServer test(Echo, TlsOptions(certificate));
  ClientRequest request;
  request.method = "PUT";
  request.url = "https://localhost:" + std::to_string(test.server->port()) + "/";
  request.body = "secret";
  ClientOptions options;
  options.ca_file = certificate.certificate_file();
  auto response = Fetch(request, options);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body, "secret");
  auto untrusted = Fetch(request, {});
  ASSERT_FALSE(untrusted);
  EXPECT_EQ(untrusted.error().code(), base::Code::kUnavailable);
  EXPECT_THAT(untrusted.error().message(), HasSubstr("not trusted"));
}

TEST(Tls, ChecksTheHostOnTheClientSide) {
  Certificate certificate(1);
  Certificate other(2);
  TestServer test(Echo, TlsOptions(certificate));
  EXPECT_TRUE(TlsClient(test.server->port(), certificate, "127.0.0.1").connected());
  EXPECT_FALSE(TlsClient(test.server->port(), certificate, "example.org").connected());
  EXPECT_FALSE(TlsClient(test.server->port(), other).connected());
}

TEST(Tls, AStalledHandshakeIsGivenUpAndPlainHttpRefused) {
  Certificate certificate(1);
  ServerOptions options = TlsOptions(certificate);
  options.head_timeout = std::chrono::milliseconds(50);
  TestServer test(Echo, options);
  RawClient silent = test.Connect();
  RawClient plain = test.Connect();
  plain.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  plain.RestUntilClosed();  // ends
  EXPECT_TRUE(silent.Closed());
}

TEST(Tls, ReloadsItsCertificate) {
  Certificate first(1);
  Certificate second(2);
  TestServer test(Echo, TlsOptions(first));
  TlsClient before(test.server->port(), first);
  ASSERT_TRUE(before.connected());
  std::filesystem::copy(second.certificate_file(), first.certificate_file(),
                        std::filesystem::copy_options::overwrite_existing);
  EXPECT_FALSE(test.server->ReloadTls()) << "the key is still the old one's";
  EXPECT_EQ(before.Exchange(Put("still")), "200 still");
  std::filesystem::copy(second.key_file(), first.key_file(),
                        std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(test.server->ReloadTls());
  EXPECT_EQ(before.Exchange(Put("still")), "200 still");
  EXPECT_TRUE(TlsClient(test.server->port(), second).connected());
}

TEST(Tls, SaysWhichFileIsWrong) {
  Certificate certificate(1);
  FunctionHandler handler(Echo);
  base::NullLogger logger;
  ServerOptions options = TlsOptions(certificate);
  options.tls_key_file = "/nowhere/key.pem";
  auto server = HttpServer::Listen(options, handler, logger);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message(), HasSubstr("/nowhere/key.pem"));
  options.tls_key_file.clear();
  EXPECT_FALSE(HttpServer::Listen(options, handler, logger));
}

}  // namespace
}  // namespace penstock::net
