// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/public_key.h"
#include "text/json.h"

namespace penstock::iam {

inline constexpr size_t kMaxTokenBytes = 20'000;

// A JSON Web Token in its compact form (RFC 7519, RFC 7515), taken apart. Nothing in it is proven.
struct Jwt {
  crypto::SignatureScheme scheme = crypto::SignatureScheme::kRs256;
  std::string key_id;  // "" where the token names none
  text::Json claims;   // an object
  std::string signed_part;
  std::string signature;
};

// kInvalidArgument where it is no such token, is signed in a way that anybody could have signed it
// (none, HS256, …), or has critical extensions. Pure.
base::Result<Jwt> ParseJwt(std::string_view token);

// The public keys of an identity provider (RFC 7517).
class JwtKeys {
 public:
  // Keys for other purposes and of unknown kinds are left out. kInvalidArgument where it is no key
  // set, or has no usable key.
  static base::Result<JwtKeys> Parse(std::string_view json);

  // Whether a key of that id is known.
  bool Has(std::string_view key_id) const { return by_id_.contains(key_id); }
  // Whether one of the keys that the token may mean has signed it: the one it names, or any.
  bool Verify(const Jwt& token) const;

 private:
  std::multimap<std::string, crypto::PublicKey, std::less<>> by_id_;
};

// RFC 4648 section 5, without padding.
base::Result<std::string> Base64UrlDecode(std::string_view text);
std::string Base64UrlEncode(std::string_view bytes);

}  // namespace penstock::iam
