// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"
#include "store/object_store.h"
#include "text/url.h"

namespace penstock::s3 {

inline constexpr size_t kMaxUserMetadataBytes = 2 << 10;

// The metadata that a writing request carries: MetadataTooLarge where the x-amz-meta-* fields have
// over 2 KiB.
base::Result<store::ObjectMetadata> ParseObjectMetadata(const net::Headers& headers);

// Fills in what a copy takes from its source: all but storage class and redirection.
void KeepSourceMetadata(const store::ObjectMetadata& source, store::ObjectMetadata& out);

// What a writing request says about the object besides bytes and metadata: x-amz-tagging and
// x-amz-object-lock-*. InvalidTag or InvalidArgument where they cannot be.
base::Result<store::ObjectAttributes> ParseObjectAttributes(const net::Headers& headers,
                                                            base::Time now);

// The storage class a version was put with: "STANDARD" where none was named.
std::string_view StorageClassOf(const store::ObjectMetadata& metadata);

// Refuses what a write asks for and this store does not offer (encryption, writing at an
// offset), rather than to store less than what was asked.
base::Status CheckWriteHeaders(const net::Headers& headers);

// What a read tells about an object besides its length and checksums.
net::Headers DescribeObject(const store::ObjectInfo& info);

// The response-* query parameters, which replace header fields of a read. InvalidRequest where the
// sender is anonymous: a link to a public object is not to be turned into another kind of page.
base::Status ApplyResponseOverrides(const text::Query& query, bool anonymous,
                                    net::Headers& headers);

}  // namespace penstock::s3
