// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/checksum.h"
#include "net/http.h"
#include "store/object_store.h"
#include "text/xml.h"

namespace penstock::s3 {

inline constexpr crypto::ChecksumKind kChecksumKinds[] = {
    crypto::ChecksumKind::kCrc32, crypto::ChecksumKind::kCrc32c, crypto::ChecksumKind::kCrc64Nvme,
    crypto::ChecksumKind::kSha1, crypto::ChecksumKind::kSha256};

// How the additional checksums are called on the wire.
std::string ChecksumHeader(crypto::ChecksumKind kind);   // "x-amz-checksum-crc32"
std::string ChecksumElement(crypto::ChecksumKind kind);  // "ChecksumCRC32"
size_t ChecksumBytes(crypto::ChecksumKind kind);         // of the raw value
// By name ("CRC32", in any case) or by header.
std::optional<crypto::ChecksumKind> ChecksumByName(std::string_view name);
std::optional<crypto::ChecksumKind> ChecksumByHeader(std::string_view header);

void AddChecksumHeaders(const std::vector<store::ObjectChecksum>& checksums, net::Headers& headers);
// With the ChecksumType of whole objects; parts have none.
void WriteChecksums(const std::vector<store::ObjectChecksum>& checksums, bool with_type,
                    text::XmlWriter& xml);

}  // namespace penstock::s3
