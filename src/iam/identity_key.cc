// SPDX-License-Identifier: Apache-2.0
#include "iam/identity_key.h"

#include "base/encoding.h"
#include "crypto/password_key.h"
#include "keys/sealed_box.h"
#include "text/json.h"

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kKeyBytes = 32;
constexpr size_t kSaltBytes = 16;
constexpr int kCost = 14;
constexpr std::string_view kPurpose = "penstock identity key";

Result<crypto::Secret> OpenWith(const text::Json& document, const std::string& root_secret) {
  int64_t cost = document.IntegerOr("cost", 0);
  auto salt = base::Base64Decode(document.StringOr("salt", ""));
  auto sealed = base::Base64Decode(document.StringOr("sealed", ""));
  if (!salt || !sealed || cost < 1 || cost > 20) {
    return Fail(Code::kDataLoss, "the identity key is damaged");
  }
  crypto::Secret under = crypto::PasswordKey(root_secret, *salt, static_cast<int>(cost));
  return keys::OpenSecret(under, kPurpose, "", *sealed);
}

}  // namespace

Result<IdentityKey> IdentityKey::Open(const std::optional<std::string>& stored,
                                      const RootSecrets& secrets, IdentityStorage& storage,
                                      base::Random& random) {
  if (!stored) {
    crypto::Secret key = crypto::Secret::Take(random.Bytes(kKeyBytes));
    PENSTOCK_RETURN_IF_ERROR(Store(key, secrets.current, storage, random));
    return IdentityKey(std::move(key));
  }
  PENSTOCK_TRY(text::Json document, text::ParseJson(*stored));
  auto key = OpenWith(document, secrets.current);
  if (key) return IdentityKey(*std::move(key));
  if (!secrets.previous.empty()) {
    key = OpenWith(document, secrets.previous);
    if (key) {
      PENSTOCK_RETURN_IF_ERROR(Store(*key, secrets.current, storage, random));
      return IdentityKey(*std::move(key));
    }
  }
  return Fail(Code::kFailedPrecondition,
              "the secrets of users and access keys were stored under another root secret than the "
              "one given now. If you changed it, start once with the old one in "
              "PENSTOCK_ROOT_PASSWORD_OLD; otherwise give the one that was used before");
}

Status IdentityKey::Store(const crypto::Secret& key, const std::string& root_secret,
                          IdentityStorage& storage, base::Random& random) {
  std::string salt = random.Bytes(kSaltBytes);
  crypto::Secret under = crypto::PasswordKey(root_secret, salt, kCost);
  text::Json document;
  document["cost"] = kCost;
  document["salt"] = base::Base64Encode(salt);
  document["sealed"] = base::Base64Encode(keys::SealSecret(under, kPurpose, "", key, random));
  return storage.Put(kDocument, text::FormatJson(document));
}

std::string IdentityKey::Seal(std::string_view purpose, std::string_view owner,
                              std::string_view text, base::Random& random) const {
  return base::Base64Encode(
      keys::SealSecret(key_, purpose, owner, crypto::Secret::Of(text), random));
}

Result<std::string> IdentityKey::Unseal(std::string_view purpose, std::string_view owner,
                                        std::string_view sealed) const {
  PENSTOCK_TRY(std::string bytes, base::Base64Decode(sealed));
  PENSTOCK_TRY(crypto::Secret text, keys::OpenSecret(key_, purpose, owner, bytes));
  return std::string(text.bytes());
}

}  // namespace penstock::iam
