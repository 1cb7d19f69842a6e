// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/object_types.h"
#include "store/record_codec.h"

namespace penstock::store::record_field {

// What several kinds of records are made of (docs/formats/store.md, "Records"). Each is read by its
// Read… as it is written by its Write…, and in no other form.

void WriteMap(RecordWriter& out, const std::map<std::string, std::string>& map);
std::map<std::string, std::string> ReadMap(RecordReader& in);

void WriteMetadata(RecordWriter& out, const ObjectMetadata& metadata);
ObjectMetadata ReadMetadata(RecordReader& in);

void WriteChecksums(RecordWriter& out, const std::vector<ObjectChecksum>& checksums);
std::vector<ObjectChecksum> ReadChecksums(RecordReader& in);

// 0 where there is none.
void WriteChecksumKind(RecordWriter& out, std::optional<crypto::ChecksumKind> kind);
std::optional<crypto::ChecksumKind> ReadChecksumKind(RecordReader& in);

// Only what is not as it is by default takes room.
void WriteAttributes(RecordWriter& out, const ObjectAttributes& attributes);
ObjectAttributes ReadAttributes(RecordReader& in);

// A byte that must not be above `greatest`.
uint8_t ReadByte(RecordReader& in, uint8_t greatest);
bool ReadBool(RecordReader& in);

}  // namespace penstock::store::record_field
