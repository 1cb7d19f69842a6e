// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"
#include "net/http.h"
#include "s3/call.h"
#include "store/bucket_types.h"
#include "store/encryption_types.h"

namespace penstock::s3 {

// How a write asks to be encrypted: by its headers, or else by the bucket's default.
// InvalidArgument where headers contradict each other or lack something, InvalidRequest for a
// client's own key without TLS.
base::Result<store::EncryptionRequest> ParseEncryption(const net::Request& request,
                                                       const store::BucketInfo& bucket);
// The same of a call that writes to its bucket.
base::Result<store::EncryptionRequest> EncryptionOfWrite(Call& call);

// The client's own key that a read, a part or a completion brings; none where there is none. The
// key's promised MD5 is compared in constant time.
base::Result<crypto::Secret> ParseCustomerKey(const net::Request& request);
// The same of a copy's source: x-amz-copy-source-server-side-encryption-customer-*.
base::Result<crypto::Secret> ParseSourceCustomerKey(const net::Request& request);

// A read may not say how to encrypt: InvalidArgument, as S3 has it.
base::Status RefuseEncryptionOnRead(const net::Headers& headers);

// What answers tell about encryption.
void AddEncryptionHeaders(const store::EncryptionInfo& info, net::Headers& headers);

// The name of a key of the ring, as clients give it: plain, "alias/NAME", or an ARN that ends with
// "key/NAME" or "alias/NAME".
std::string KeyNameOf(std::string_view key_id);

}  // namespace penstock::s3
