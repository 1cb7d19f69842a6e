// SPDX-License-Identifier: Apache-2.0
#include "executor/local/host_files.h"

#include <fstream>

#include <arpa/inet.h>
#include <unistd.h>

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kPemStart = "-----BEGIN CERTIFICATE-----";

bool IsAddress(const std::string& text) {
  in6_addr address;
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool IsHostName(const std::string& text) {
  if (text.empty() || text.size() > 253) return false;
  for (char c : text) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
    if (!good) return false;
  }
  return true;
}

}  // namespace

std::string ReadTextFile(const std::string& path, size_t limit) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  char buffer[65536];
  while (file && text.size() < limit) {
    file.read(buffer, sizeof(buffer));
    text.append(buffer, static_cast<size_t>(file.gcount()));
  }
  if (text.size() > limit) text.resize(limit);
  return text;
}

Result<std::string> HostsText(const std::vector<std::pair<std::string, std::string>>& entries,
                              std::string_view system_hosts, std::string_view hostname) {
  constexpr const char* kDockerHost = "host.docker.internal";
  std::string text = "# written by penstock for its tasks\n";
  bool docker_host = false;
  for (const auto& [name, address] : entries) {
    if (!IsHostName(name) || !IsAddress(address)) {
      return Fail(Code::kInvalidArgument, "task host '" + name + "=" + address +
                                              "' must be a host name and an IP address, as in "
                                              "minio.example=192.0.2.7");
    }
    docker_host = docker_host || name == kDockerHost;
    text += address + " " + name + "\n";
  }
  if (!docker_host) text += std::string("127.0.0.1 ") + kDockerHost + "\n";
  text += "127.0.0.1 " + std::string(hostname) + "\n";
  return text + std::string(system_hosts);
}

std::string SystemCertificates(const std::string& ssl_cert_file) {
  if (!ssl_cert_file.empty() && ::access(ssl_cert_file.c_str(), R_OK) == 0) return ssl_cert_file;
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    if (::access(path, R_OK) == 0) return path;
  }
  return "";
}

Result<std::string> CombinedCertificates(const std::string& system_file,
                                         const std::vector<std::string>& files) {
  std::string all = system_file.empty() ? "" : ReadTextFile(system_file);
  for (const std::string& file : files) {
    const std::string text = ReadTextFile(file);
    if (text.find(kPemStart) == std::string::npos) {
      return Fail(Code::kInvalidArgument,
                  "task CA file " + file + " cannot be read or holds no PEM certificate");
    }
    if (!all.empty() && all.back() != '\n') all += '\n';
    all += text;
  }
  return all;
}

}  // namespace penstock::executor
