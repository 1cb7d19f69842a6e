// SPDX-License-Identifier: Apache-2.0
#include "store/data_keys.h"

#include <utility>

#include "base/encoding.h"
#include "crypto/aead.h"
#include "crypto/digest.h"
#include "keys/sealed_box.h"
#include "store/object_store.h"
#include "store/record_codec.h"
#include "store/record_fields.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using crypto::Secret;

constexpr std::string_view kPurpose = "penstock object data key 1";

// All that a sealed key belongs to, so that it opens nowhere else and as nothing else.
std::string Belonging(const SealedDataKey& key, DataKeyOwner owner) {
  RecordWriter out;
  out.Byte(static_cast<uint8_t>(key.kind));
  out.Varint(owner.bucket);
  out.Text(owner.key);
  out.Text(key.key_name);
  out.Varint(static_cast<uint64_t>(key.key_version));
  record_field::WriteMap(out, key.context);
  return out.Take();
}

Status CheckCustomerKey(const SealedDataKey& sealed, const Secret& customer_key) {
  bool needed = sealed.kind == EncryptionKind::kCustomerKey;
  if (needed && customer_key.empty()) {
    return Fail(Code::kInvalidArgument, reason::kCustomerKeyNeeded,
                "it is encrypted with its client's own key, and the request has none");
  }
  if (!needed && !customer_key.empty()) {
    return Fail(Code::kInvalidArgument, reason::kUnwantedCustomerKey,
                "the request has a client's key, and it is not encrypted with one");
  }
  if (!needed || customer_key.size() == crypto::kAeadKeyBytes) return {};
  return Fail(Code::kInvalidArgument, reason::kWrongCustomerKey, "a client's key has 32 bytes");
}

}  // namespace

Result<const keys::KeyRing*> DataKeys::Ring() const {
  if (ring_ != nullptr) return ring_;
  return Fail(Code::kUnimplemented, "the store has been opened without encryption keys of its own");
}

Result<std::optional<DataKey>> DataKeys::Make(const EncryptionRequest& request,
                                              DataKeyOwner owner) {
  if (request.kind == EncryptionKind::kNone) return std::optional<DataKey>();
  DataKey made;
  made.sealed.kind = request.kind;
  Secret under;
  if (request.kind == EncryptionKind::kCustomerKey) {
    PENSTOCK_RETURN_IF_ERROR(CheckCustomerKey(made.sealed, request.customer_key));
    under = request.customer_key;
  } else {
    PENSTOCK_TRY(const keys::KeyRing* ring, Ring());
    bool named = request.kind == EncryptionKind::kNamedKey;
    PENSTOCK_TRY(keys::SealingKey key, ring->Newest(named ? request.key_name : keys::kStoreKey));
    made.sealed.key_name = std::move(key.name);
    made.sealed.key_version = key.version;
    if (named) made.sealed.context = request.context;
    under = std::move(key.key);
  }
  made.key = Secret::Take(random_.Bytes(crypto::kAeadKeyBytes));
  made.sealed.sealed =
      keys::SealSecret(under, kPurpose, Belonging(made.sealed, owner), made.key, random_);
  return std::optional(std::move(made));
}

Result<std::optional<Secret>> DataKeys::Open(const SealedDataKey& sealed, DataKeyOwner owner,
                                             const Secret& customer_key) {
  PENSTOCK_RETURN_IF_ERROR(CheckCustomerKey(sealed, customer_key));
  if (!sealed.encrypted()) return std::optional<Secret>();
  Secret under = customer_key;
  if (sealed.kind != EncryptionKind::kCustomerKey) {
    PENSTOCK_TRY(const keys::KeyRing* ring, Ring());
    PENSTOCK_TRY(under, ring->Find(sealed.key_name, sealed.key_version));
  }
  auto opened = keys::OpenSecret(under, kPurpose, Belonging(sealed, owner), sealed.sealed);
  // The key ring's keys are right, so that the record must be wrong. With a customer's key it is
  // nearly always the key.
  if (!opened && sealed.kind == EncryptionKind::kCustomerKey) {
    return Fail(Code::kInvalidArgument, reason::kWrongCustomerKey,
                "it is not encrypted with the key that the request has");
  }
  if (!opened || opened->size() != crypto::kAeadKeyBytes) {
    return Fail(Code::kDataLoss, "its sealed key is damaged, or belongs to another object");
  }
  return std::optional(std::move(*opened));
}

std::string CustomerKeyMd5(const Secret& customer_key) {
  return customer_key.empty() ? "" : base::Base64Encode(crypto::Md5(customer_key.bytes()));
}

}  // namespace penstock::store
