// SPDX-License-Identifier: Apache-2.0
#include "s3/encryption_headers.h"

#include <utility>

#include "base/encoding.h"
#include "s3/bucket_encryption.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "text/json.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view kMethod = "x-amz-server-side-encryption";
constexpr std::string_view kKeyId = "x-amz-server-side-encryption-aws-kms-key-id";
constexpr std::string_view kContext = "x-amz-server-side-encryption-context";
constexpr std::string_view kBucketKey = "x-amz-server-side-encryption-bucket-key-enabled";
constexpr std::string_view kCustomer = "x-amz-server-side-encryption-customer-";
constexpr std::string_view kSourceCustomer = "x-amz-copy-source-server-side-encryption-customer-";
constexpr size_t kKeyBytes = 32;
constexpr size_t kMaxContextEntries = 100;

struct CustomerHeaders {
  explicit CustomerHeaders(const net::Headers& headers, std::string_view prefix)
      : algorithm(headers.Find(std::string(prefix) + "algorithm")),
        key(headers.Find(std::string(prefix) + "key")),
        md5(headers.Find(std::string(prefix) + "key-md5")) {}
  bool any() const { return algorithm != nullptr || key != nullptr || md5 != nullptr; }

  const std::string* algorithm;
  const std::string* key;
  const std::string* md5;
};

auto RefuseCustomer(std::string_view what) {
  return Refuse(code::kInvalidArgument,
                "Requests specifying Server Side Encryption with Customer provided keys must " +
                    std::string(what));
}

Result<crypto::Secret> ParseCustomerHeaders(const net::Request& request, std::string_view prefix) {
  CustomerHeaders given(request.head.headers, prefix);
  if (!given.any()) return crypto::Secret();
  if (!request.tls) {
    return Refuse(code::kInvalidRequest,
                  "Requests specifying Server Side Encryption with Customer provided keys must be "
                  "made over a secure connection.");
  }
  if (given.algorithm == nullptr) return RefuseCustomer("provide a valid encryption algorithm.");
  if (*given.algorithm != "AES256") {
    return Refuse(code::kInvalidEncryptionAlgorithmError);
  }
  if (given.key == nullptr) return RefuseCustomer("provide an appropriate secret key.");
  if (given.md5 == nullptr) {
    return RefuseCustomer("provide the client calculated MD5 of the secret key.");
  }
  auto raw = base::Base64Decode(*given.key);
  if (!raw || raw->size() != kKeyBytes) {
    return Refuse(code::kInvalidArgument,
                  "The secret key was invalid for the specified algorithm.");
  }
  crypto::Secret key = crypto::Secret::Take(std::move(*raw));
  if (!base::ConstantTimeEquals(store::CustomerKeyMd5(key), *given.md5)) {
    return Refuse(code::kInvalidArgument,
                  "The calculated MD5 hash of the key did not match the hash that was provided.");
  }
  return key;
}

Result<std::map<std::string, std::string>> ParseContext(const std::string& header) {
  auto text = base::Base64Decode(header);
  auto json = text ? text::ParseJson(*text) : Result<text::Json>(base::Fail(text.error()));
  std::map<std::string, std::string> context;
  bool fine = json && json->is_object() && json->as_object().size() <= kMaxContextEntries;
  if (fine) {
    for (const auto& [name, value] : json->as_object()) {
      fine = fine && value.is_string();
      if (fine) context[name] = value.as_string();
    }
  }
  if (fine) return context;
  return Refuse(code::kInvalidArgument,
                "The encryption context must be a JSON object of strings, in base64");
}

// Headers of one method that only another has.
Status RefuseStray(const net::Headers& headers, std::string_view message) {
  for (std::string_view name : {kKeyId, kContext}) {
    if (headers.Has(name)) return Refuse(code::kInvalidArgument, std::string(message));
  }
  return {};
}

Result<store::EncryptionRequest> ParseMethod(const net::Headers& headers,
                                             const std::string& method) {
  store::EncryptionRequest request;
  if (method == "AES256") {
    request.kind = store::EncryptionKind::kServerKey;
    PENSTOCK_RETURN_IF_ERROR(RefuseStray(
        headers, "A key id and a context go with x-amz-server-side-encryption: aws:kms only"));
    return request;
  }
  if (method == "aws:kms:dsse") {
    return Refuse(code::kNotImplemented, "Encrypting twice (aws:kms:dsse) is not offered");
  }
  if (method != "aws:kms") {
    return Refuse(code::kInvalidArgument, "The encryption method specified is not supported");
  }
  request.kind = store::EncryptionKind::kNamedKey;
  request.key_name = KeyNameOf(headers.GetOr(kKeyId, ""));
  if (const std::string* context = headers.Find(kContext)) {
    PENSTOCK_TRY(request.context, ParseContext(*context));
  }
  return request;
}

}  // namespace

Result<store::EncryptionRequest> ParseEncryption(const net::Request& request,
                                                 const store::BucketInfo& bucket) {
  const net::Headers& headers = request.head.headers;
  const std::string* method = headers.Find(kMethod);
  bool customers = CustomerHeaders(headers, kCustomer).any();
  if (method != nullptr && customers) {
    return Refuse(code::kInvalidArgument,
                  "Server Side Encryption with Customer provided key is incompatible with the "
                  "encryption method specified");
  }
  if (method != nullptr) return ParseMethod(headers, *method);
  PENSTOCK_RETURN_IF_ERROR(
      RefuseStray(headers,
                  "Server Side Encryption with AWS KMS managed key requires HTTP header "
                  "x-amz-server-side-encryption : aws:kms"));
  if (!customers) return DefaultEncryptionOf(bucket);
  store::EncryptionRequest encryption;
  encryption.kind = store::EncryptionKind::kCustomerKey;
  PENSTOCK_TRY(encryption.customer_key, ParseCustomerHeaders(request, kCustomer));
  return encryption;
}

Result<store::EncryptionRequest> EncryptionOfWrite(Call& call) {
  PENSTOCK_TRY(auto bucket, call.store.GetBucket(call.bucket()));
  return ParseEncryption(call.request, *bucket);
}

Result<crypto::Secret> ParseCustomerKey(const net::Request& request) {
  return ParseCustomerHeaders(request, kCustomer);
}

Result<crypto::Secret> ParseSourceCustomerKey(const net::Request& request) {
  return ParseCustomerHeaders(request, kSourceCustomer);
}

Status RefuseEncryptionOnRead(const net::Headers& headers) {
  for (std::string_view name : {kMethod, kKeyId, kContext, kBucketKey}) {
    if (headers.Has(name)) {
      return Refuse(code::kInvalidArgument,
                    std::string(name) + " header is not supported for this operation.");
    }
  }
  return {};
}

void AddEncryptionHeaders(const store::EncryptionInfo& info, net::Headers& headers) {
  switch (info.kind) {
    case store::EncryptionKind::kNone:
      return;
    case store::EncryptionKind::kServerKey:
      headers.Add(kMethod, "AES256");
      return;
    case store::EncryptionKind::kNamedKey:
      headers.Add(kMethod, "aws:kms");
      headers.Add(kKeyId, info.key_name);
      return;
    case store::EncryptionKind::kCustomerKey:
      headers.Add(std::string(kCustomer) + "algorithm", "AES256");
      if (!info.customer_key_md5.empty()) {
        headers.Add(std::string(kCustomer) + "key-MD5", info.customer_key_md5);
      }
      return;
  }
}

std::string KeyNameOf(std::string_view key_id) {
  constexpr std::string_view kAlias = "alias/", kKey = "key/";
  if (key_id.starts_with("arn:")) {
    // arn:aws:kms:REGION:ACCOUNT:key/NAME; the last two before it may be empty.
    size_t colon = key_id.rfind(':');
    key_id.remove_prefix(colon + 1);
    if (key_id.starts_with(kKey)) key_id.remove_prefix(kKey.size());
  }
  if (key_id.starts_with(kAlias)) key_id.remove_prefix(kAlias.size());
  return std::string(key_id);
}

}  // namespace penstock::s3
