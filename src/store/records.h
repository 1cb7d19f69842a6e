// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/object_store.h"

namespace penstock::store {

// What the rows of the index hold (docs/formats/store.md, "Records"). Every record begins with a
// version byte; Decode refuses one it does not know, and anything that Encode would not write.

struct BucketRecord {
  uint64_t id = 0;
  base::Time created_at;

  std::string Encode() const;
  static base::Result<BucketRecord> Decode(std::string_view text);
};

// Where an object's bytes are.
enum class Storage : uint8_t { kInline = 1, kFiles = 2 };

// One version of an object, all but its bytes; those are in the content row of that number.
struct ObjectRecord {
  uint64_t sequence = 0;  // later versions of a key have greater ones
  uint64_t content = 0;
  Storage storage = Storage::kInline;
  uint64_t size = 0;
  base::Time modified_at;
  std::string etag;
  std::string upload_id;  // the upload that made it, "" where it came in one piece
  ObjectMetadata metadata;
  std::vector<ObjectChecksum> checksums;

  bool multipart() const { return !upload_id.empty(); }
  std::string Encode() const;
  static base::Result<ObjectRecord> Decode(std::string_view text);
};

struct FilePart {
  uint64_t file = 0;
  uint64_t size = 0;
  int number = 0;                         // 1..10000; 1 where the object came in one piece
  std::vector<ObjectChecksum> checksums;  // of this part
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
  std::vector<uint32_t> block_sums;  // CRC-32C of each block; the last one may be short

  std::string Encode() const;
  static base::Result<FileRecord> Decode(std::string_view text);
};

struct UploadRecord {
  uint64_t number = 0;  // names its part rows
  base::Time started_at;
  ObjectMetadata metadata;

  std::string Encode() const;
  static base::Result<UploadRecord> Decode(std::string_view text);
};

struct PartRecord {
  uint64_t file = 0;
  uint64_t size = 0;
  base::Time modified_at;
  std::string etag;
  std::vector<ObjectChecksum> checksums;

  std::string Encode() const;
  static base::Result<PartRecord> Decode(std::string_view text);
};

}  // namespace penstock::store
