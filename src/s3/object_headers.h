// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "net/http.h"
#include "store/object_store.h"
#include "text/url.h"

namespace penstock::s3 {

inline constexpr size_t kMaxUserMetadataBytes = 2 << 10;

// The metadata that a writing request carries: MetadataTooLarge where the x-amz-meta-* fields have
// over 2 KiB.
base::Result<store::ObjectMetadata> ParseObjectMetadata(const net::Headers& headers);

// Refuses what a write asks for and this store does not offer (encryption, tags, locks, public
// ACLs, storage classes), rather than to store less than what was asked.
base::Status CheckWriteHeaders(const net::Headers& headers);
// "private" and what means the same to a single owner are fine; other ACLs are NotImplemented.
base::Status CheckCannedAcl(const net::Headers& headers);

// What a read tells about an object besides its length and checksums.
net::Headers DescribeObject(const store::ObjectInfo& info);

// The response-* query parameters, which replace header fields of a read.
void ApplyResponseOverrides(const text::Query& query, net::Headers& headers);

}  // namespace penstock::s3
