// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/object_store.h"
#include "store/sealed_data_key.h"

namespace penstock::store {

// What the rows of the index hold (docs/formats/store.md, "Records"). Every record begins with a
// version byte; Decode knows the earlier ones too, and refuses a later one and anything that Encode
// would not write, or would not have written then.

struct BucketRecord {
  BucketInfo info;  // without the name, which is the row's

  std::string Encode() const;
  static base::Result<BucketRecord> Decode(std::string_view text);
};

// Where an object's bytes are.
enum class Storage : uint8_t { kInline = 1, kFiles = 2 };

// One version of an object, all but its bytes; those are in the content row of that number. A
// delete marker is one too, which has no content.
struct ObjectRecord {
  uint64_t sequence = 0;     // later versions of a key have greater ones
  bool null_version = true;  // written without versioning; a key has at most one
  bool delete_marker = false;
  uint64_t content = 0;
  Storage storage = Storage::kInline;
  uint64_t size = 0;
  base::Time modified_at;
  std::string etag;
  std::string upload_id;  // the upload that made it, "" where it came in one piece
  ObjectMetadata metadata;
  std::vector<ObjectChecksum> checksums;
  ObjectAttributes attributes;
  SealedDataKey encryption;

  bool multipart() const { return !upload_id.empty(); }
  std::string Encode() const;
  static base::Result<ObjectRecord> Decode(std::string_view text);
};

struct FilePart {
  uint64_t file = 0;
  uint64_t size = 0;
  int number = 0;                         // 1..10000; 1 where the object came in one piece
  std::vector<ObjectChecksum> checksums;  // of this part
  std::string salt;                       // of an encrypted part's packages
};

// An object's bytes: here, or in data files, one after the other.
struct ContentRecord {
  Storage storage = Storage::kInline;
  std::string bytes;            // kInline
  std::vector<FilePart> parts;  // kFiles, at least one

  std::string Encode() const;
  static base::Result<ContentRecord> Decode(std::string_view text);
};

// A data file; the row exists exactly as long as an object or a part refers to the file.
struct FileRecord {
  uint64_t size = 0;
  uint32_t block_size = 0;
  // CRC-32C of each block; the last one may be short. Where the file is cut into shards, of each
  // block's shards in their order.
  std::vector<uint32_t> block_sums;
  // How each block is spread over drives (erasure::Layout); 0 where it is on one as it is.
  uint8_t data_shards = 0;
  uint8_t parity_shards = 0;

  bool sharded() const { return data_shards != 0; }
  std::string Encode() const;
  static base::Result<FileRecord> Decode(std::string_view text);
};

struct UploadRecord {
  uint64_t number = 0;  // names its part rows
  base::Time started_at;
  ObjectMetadata metadata;
  ObjectAttributes attributes;
  std::optional<crypto::ChecksumKind> checksum;
  bool composite_checksum = true;
  SealedDataKey encryption;

  std::string Encode() const;
  static base::Result<UploadRecord> Decode(std::string_view text);
};

struct PartRecord {
  uint64_t file = 0;
  uint64_t size = 0;
  base::Time modified_at;
  std::string etag;
  std::vector<ObjectChecksum> checksums;
  std::string salt;  // as in FilePart

  std::string Encode() const;
  static base::Result<PartRecord> Decode(std::string_view text);
};

// A file that was taken over and is to become the object of that place.
struct AdoptionRecord {
  std::string bucket;
  std::string key;
  uint64_t size = 0;

  std::string Encode() const;
  static base::Result<AdoptionRecord> Decode(std::string_view text);
};

// A number by itself: the sequence of a null version, or of what an upload made.
struct NumberRecord {
  uint64_t number = 0;

  std::string Encode() const;
  static base::Result<NumberRecord> Decode(std::string_view text);
};

// What a bucket holds, or by how much that changes.
struct UsageRecord {
  int64_t objects = 0;
  int64_t versions = 0;
  int64_t delete_markers = 0;
  int64_t bytes = 0;

  bool operator==(const UsageRecord&) const = default;
  void Add(const UsageRecord& other);
  void Subtract(const UsageRecord& other);
  std::string Encode() const;
  static base::Result<UsageRecord> Decode(std::string_view text);
};

struct DocumentRecord {
  std::string text;

  std::string Encode() const;
  static base::Result<DocumentRecord> Decode(std::string_view text);
};

}  // namespace penstock::store
