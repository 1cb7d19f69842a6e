// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/bucket_types.h"
#include "store/encryption_types.h"

namespace penstock::s3 {

inline constexpr size_t kMaxEncryptionXmlBytes = size_t{16} << 10;

// A bucket's default encryption, as <ServerSideEncryptionConfiguration> says it.
struct BucketEncryption {
  bool named_key = false;  // aws:kms, else AES256
  std::string key_id;      // as the client wrote it; "" for the ring's default key
  bool bucket_key = false;
};

// MalformedXML where it is not what it should be, NotImplemented for what is not offered.
base::Result<BucketEncryption> ParseBucketEncryption(std::string_view xml);
std::string FormatBucketEncryption(const BucketEncryption& encryption);

// How to encrypt what a request says nothing about.
base::Result<store::EncryptionRequest> DefaultEncryptionOf(const store::BucketInfo& bucket);

}  // namespace penstock::s3
