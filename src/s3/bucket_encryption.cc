// SPDX-License-Identifier: Apache-2.0
#include "s3/bucket_encryption.h"

#include <utility>

#include "s3/call.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "text/xml.h"

namespace penstock::s3 {
namespace {

using base::Result;

constexpr size_t kMaxDepth = 8;

}  // namespace

Result<BucketEncryption> ParseBucketEncryption(std::string_view xml) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxEncryptionXmlBytes, .max_depth = kMaxDepth});
  if (!root || root->name != "ServerSideEncryptionConfiguration") {
    return Refuse(code::kMalformedXml);
  }
  const text::XmlElement* rule = root->Child("Rule");
  if (rule == nullptr || root->children.size() != 1) return Refuse(code::kMalformedXml);
  const text::XmlElement* apply = rule->Child("ApplyServerSideEncryptionByDefault");
  if (apply == nullptr) return Refuse(code::kMalformedXml);
  BucketEncryption encryption;
  std::string algorithm = apply->ChildText("SSEAlgorithm");
  encryption.key_id = apply->ChildText("KMSMasterKeyID");
  encryption.bucket_key = rule->ChildText("BucketKeyEnabled") == "true";
  encryption.named_key = algorithm == "aws:kms";
  if (algorithm == "aws:kms:dsse") {
    return Refuse(code::kNotImplemented, "Encrypting twice (aws:kms:dsse) is not offered");
  }
  if (!encryption.named_key && algorithm != "AES256") return Refuse(code::kMalformedXml);
  if (!encryption.named_key && !encryption.key_id.empty()) {
    return Refuse(code::kInvalidArgument,
                  "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms");
  }
  return encryption;
}

std::string FormatBucketEncryption(const BucketEncryption& encryption) {
  text::XmlWriter xml;
  xml.Open("ServerSideEncryptionConfiguration", kXmlns).Open("Rule");
  xml.Open("ApplyServerSideEncryptionByDefault");
  xml.Text("SSEAlgorithm", encryption.named_key ? "aws:kms" : "AES256");
  if (!encryption.key_id.empty()) xml.Text("KMSMasterKeyID", encryption.key_id);
  xml.Close();
  xml.Bool("BucketKeyEnabled", encryption.bucket_key);
  return xml.Finish();
}

Result<store::EncryptionRequest> DefaultEncryptionOf(const store::BucketInfo& bucket) {
  store::EncryptionRequest request;
  const std::string* setting = bucket.FindSetting(store::setting::kEncryption);
  if (setting == nullptr) return request;
  PENSTOCK_TRY(BucketEncryption encryption, ParseBucketEncryption(*setting));
  request.kind =
      encryption.named_key ? store::EncryptionKind::kNamedKey : store::EncryptionKind::kServerKey;
  if (encryption.named_key) request.key_name = KeyNameOf(encryption.key_id);
  return request;
}

}  // namespace penstock::s3
