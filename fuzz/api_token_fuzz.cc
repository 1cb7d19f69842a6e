// SPDX-License-Identifier: Apache-2.0
// What a token holds on the first line, a Cookie field on the second, a token on the third.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "iam/api_tokens.h"
#include "iam/credentials.h"
#include "iam/identity_key.h"
#include "net/cookies.h"

namespace {

namespace iam = penstock::iam;

class NoStorage final : public iam::IdentityStorage {
 public:
  penstock::base::Result<std::map<std::string, std::string>> LoadAll() override { return {}; }
  penstock::base::Status Put(std::string_view, std::string_view) override { return {}; }
  penstock::base::Status Remove(std::string_view) override { return {}; }
};

std::string_view CutLine(std::string_view& text) {
  std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static penstock::base::SystemClock clock;
  static penstock::base::SeededRandom random(1);
  static NoStorage storage;
  static const iam::IdentityKey key =
      iam::IdentityKey::Open(std::nullopt, {"root-secret", ""}, storage, random).value();
  static const iam::CredentialStore keys({"root", "root-secret"}, clock, random);
  static const iam::ApiTokens tokens(key, keys, clock, random);
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto contents = iam::ReadApiToken(CutLine(text));
  if (contents) {
    PENSTOCK_CHECK(!contents->access_key.empty());
    auto again = iam::ReadApiToken(iam::FormatApiToken(*contents));
    PENSTOCK_CHECK(again && again->expires_at == contents->expires_at);
  }
  penstock::net::Headers headers;
  headers.Add("Cookie", CutLine(text));
  PENSTOCK_CHECK(penstock::net::FindCookie(headers, "s").find(';') == std::string::npos);
  PENSTOCK_CHECK(!tokens.Find(CutLine(text)));  // nobody knows the key
  return 0;
}
