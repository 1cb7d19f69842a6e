// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "crypto/secret.h"

namespace penstock::store {

enum class EncryptionKind : uint8_t {
  kNone = 0,
  kServerKey = 1,    // SSE-S3: sealed with the store's own key
  kNamedKey = 2,     // SSE-KMS: sealed with a key of the key ring
  kCustomerKey = 3,  // SSE-C: sealed with a key that only the client has
};

// How to encrypt what is written.
struct EncryptionRequest {
  EncryptionKind kind = EncryptionKind::kNone;
  std::string key_name;                        // kNamedKey: which; "" for the default key
  std::map<std::string, std::string> context;  // kNamedKey: bound to the sealed key
  crypto::Secret customer_key;                 // kCustomerKey: 32 bytes
};

// How a version is encrypted, as far as anyone may know.
struct EncryptionInfo {
  EncryptionKind kind = EncryptionKind::kNone;
  std::string key_name;                        // kNamedKey
  std::map<std::string, std::string> context;  // kNamedKey
  std::string customer_key_md5;                // kCustomerKey: base64; where the key was given
};

// The MD5 of a customer's key in base64, as clients name it; "" where there is none.
std::string CustomerKeyMd5(const crypto::Secret& customer_key);

}  // namespace penstock::store
