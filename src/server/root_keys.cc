// SPDX-License-Identifier: Apache-2.0
#include "server/root_keys.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "text/json.h"

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::pair<const char*, const char*> kVariables[] = {
    {"PENSTOCK_ROOT_USER", "PENSTOCK_ROOT_PASSWORD"},
    {"MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"},
};

std::string RandomWord(base::Random& random, size_t length) {
  constexpr size_t kSymbols = sizeof(kAlphabet) - 1;
  constexpr size_t kFair =
      256 / kSymbols * kSymbols;  // bytes from here on would favour some letters
  std::string word;
  while (word.size() < length) {
    for (char c : random.Bytes(length)) {
      auto byte = static_cast<unsigned char>(c);
      if (byte < kFair && word.size() < length) word.push_back(kAlphabet[byte % kSymbols]);
    }
  }
  return word;
}

Result<std::optional<RootKeys>> FromEnvironment() {
  for (const auto& [user_name, password_name] : kVariables) {
    const char* user = std::getenv(user_name);
    const char* password = std::getenv(password_name);
    if (user == nullptr && password == nullptr) continue;
    if (user == nullptr || password == nullptr) {
      return Fail(Code::kInvalidArgument,
                  std::string("set both ") + user_name + " and " + password_name + ", or neither");
    }
    RootKeys keys{{user, password}, "environment"};
    size_t user_length = keys.key.access_key.size();
    size_t password_length = keys.key.secret_key.size();
    if (user_length < 3 || user_length > 128 || password_length < 8 || password_length > 128) {
      return Fail(Code::kInvalidArgument, std::string(user_name) +
                                              " must have 3 to 128 characters and " +
                                              password_name + " 8 to 128");
    }
    return std::optional(std::move(keys));
  }
  return std::optional<RootKeys>();
}

std::string PreviousSecret() {
  for (const char* name : {"PENSTOCK_ROOT_PASSWORD_OLD", "MINIO_ROOT_PASSWORD_OLD"}) {
    const char* secret = std::getenv(name);
    if (secret != nullptr) return secret;
  }
  return "";
}

Result<RootKeys> FromFile(const std::string& file) {
  std::ifstream in(file);
  std::string content((std::istreambuf_iterator<char>(in)), {});
  auto json = text::ParseJson(content);
  RootKeys keys;
  if (json) keys = {{json->StringOr("access_key", ""), json->StringOr("secret_key", "")}, file};
  if (keys.key.access_key.empty() || keys.key.secret_key.empty()) {
    return Fail(Code::kInvalidArgument,
                file +
                    " does not hold root keys; expected {\"access_key\": …, \"secret_key\": …}. "
                    "Remove it to have new keys made");
  }
  return keys;
}

Result<RootKeys> Make(const std::string& file, base::Random& random) {
  RootKeys keys{{RandomWord(random, 20), RandomWord(random, 40)}, file};
  text::Json json;
  json["access_key"] = keys.key.access_key;
  json["secret_key"] = keys.key.secret_key;
  std::string content = text::FormatJsonPretty(json) + "\n";
  // Written aside and renamed, so that a crash leaves no half file to stumble over.
  std::string part = file + ".part";
  int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool ok = fd >= 0 &&
            write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
            fsync(fd) == 0;
  int error = errno;
  if (fd >= 0) close(fd);
  if (!ok || rename(part.c_str(), file.c_str()) != 0) {
    return Fail(Code::kInternal, "cannot write " + file + ": " + std::strerror(ok ? errno : error));
  }
  return keys;
}

}  // namespace

Result<RootKeys> LoadRootKeys(const std::string& file, base::Random& random) {
  PENSTOCK_TRY(std::optional<RootKeys> given, FromEnvironment());
  if (!given) {
    PENSTOCK_TRY(given, access(file.c_str(), F_OK) == 0 ? FromFile(file) : Make(file, random));
  }
  given->previous_secret = PreviousSecret();
  return *std::move(given);
}

}  // namespace penstock::server
