// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/checksum.h"
#include "sys/file_system.h"

namespace penstock::store {

// Reasons that Error::reason() carries out of this folder.
namespace reason {
inline constexpr std::string_view kNoSuchBucket = "no_such_bucket";
inline constexpr std::string_view kBucketExists = "bucket_exists";
inline constexpr std::string_view kBucketNotEmpty = "bucket_not_empty";
inline constexpr std::string_view kBadBucketName = "bad_bucket_name";
inline constexpr std::string_view kBadKey = "bad_key";  // empty, over 1024 bytes, or not UTF-8
inline constexpr std::string_view kNoSuchKey = "no_such_key";
inline constexpr std::string_view kNoSuchVersion = "no_such_version";
inline constexpr std::string_view kNoSuchUpload = "no_such_upload";
inline constexpr std::string_view kBadPartNumber = "bad_part_number";  // outside 1..10000
inline constexpr std::string_view kBadPart = "bad_part";  // unknown, or its ETag differs
inline constexpr std::string_view kBadPartOrder = "bad_part_order";
inline constexpr std::string_view kPartTooSmall = "part_too_small";  // under 5 MiB and not the last
inline constexpr std::string_view kConditionFailed = "condition_failed";
inline constexpr std::string_view kBadRange = "bad_range";
inline constexpr std::string_view kNoSpace = "no_space";  // the drive is full
}  // namespace reason

inline constexpr size_t kMaxKeyBytes = 1024;
inline constexpr int kMaxPartNumber = 10000;
inline constexpr uint64_t kMinPartSize = uint64_t{5} << 20;  // of all parts but the last
inline constexpr size_t kMaxBlockSize = size_t{16} << 20;

struct BucketInfo {
  std::string name;
  base::Time created_at;
};

// An additional checksum: base64 as clients send it; composite ones cover the parts' checksums and
// end with "-<parts>".
struct ObjectChecksum {
  crypto::ChecksumKind kind;
  std::string value;
  bool composite = false;
};

// What a writer says about an object besides its bytes. Header values are kept as sent.
struct ObjectMetadata {
  std::string content_type;                   // may be empty
  std::map<std::string, std::string> system;  // lower-case: cache-control, content-encoding, …
  std::map<std::string, std::string> user;    // lower-case, without "x-amz-meta-"
};

struct ObjectInfo {
  std::string key;
  std::string version_id;  // empty for the version of a bucket that has no versioning
  uint64_t size = 0;
  std::string etag;  // without quotes: MD5 in hex, or "<md5 of md5s>-<parts>"
  base::Time modified_at;
  ObjectMetadata metadata;
  std::vector<ObjectChecksum> checksums;
  std::vector<uint64_t> part_sizes;  // empty unless uploaded in parts; left out of listings
};

// Conditions on the object that a write would replace, checked in the same step as the commit.
struct WriteCondition {
  // An ETag without quotes, or "*" for any; fails with no_such_key where there is no object.
  std::optional<std::string> if_match;
  bool if_absent = false;  // If-None-Match: *
};

struct PutOptions {
  ObjectMetadata metadata;
  WriteCondition condition;
  // Called once after the source has ended, for checksums known only then (trailers).
  std::function<base::Result<std::vector<ObjectChecksum>>()> checksums;
};

struct ListOptions {
  std::string prefix;
  std::string delimiter;    // any string; "" lists everything
  std::string start_after;  // keys and common prefixes up to and with this one are left out
  size_t max_entries = 1000;
};

struct ListPage {
  std::vector<ObjectInfo> objects;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_start_after;  // the last entry returned; only where truncated
};

struct PartInfo {
  int number = 0;
  std::string etag;
  uint64_t size = 0;
  base::Time modified_at;
  std::vector<ObjectChecksum> checksums;
};

struct CompletedPart {
  int number = 0;
  std::string etag;  // without quotes
};

struct UploadInfo {
  std::string key;
  std::string upload_id;
  base::Time started_at;
  ObjectMetadata metadata;
};

// One object as it was when it was opened; later writes and deletes do not disturb it. For one
// thread at a time; must not outlive the store.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  virtual const ObjectInfo& info() const = 0;
  // Sends bytes [offset, offset+length) to the sink; every block's checksum is verified before any
  // of its bytes are sent. kDataLoss where a block is damaged, kOutOfRange with reason bad_range
  // where the object ends before; a failure of the sink passes as it is.
  virtual base::Status Read(uint64_t offset, uint64_t length, base::ByteSink& sink) = 0;
};

struct StoreOptions {
  std::string directory;           // made where absent; owned by one process at a time
  size_t inline_limit = 64 << 10;  // smaller objects live in the index itself
  size_t block_size = 256 << 10;   // what one checksum covers in a data file, and a read's buffer
  size_t cache_bytes = 32 << 20;
  // Room that objects may not take, so that deleting works on a full drive too: the index has to
  // write to delete. Without a value: 64 MiB, or 2 % of a small drive.
  std::optional<uint64_t> reserve_bytes;
};

// Buckets of objects, durable and thread-safe. A write that returns success is on disk, survives
// kill -9 and power loss, and is seen by every later read and list; one that fails leaves nothing
// that can be seen. Knows nothing of HTTP, users or signatures.
class ObjectStore {
 public:
  // The references must outlive the store. kFailedPrecondition where the directory is open already,
  // was written by a newer version, or is damaged in a way that opening it would make worse.
  static base::Result<std::unique_ptr<ObjectStore>> Open(const StoreOptions& options,
                                                         sys::FileSystem& files,
                                                         const base::Clock& clock,
                                                         base::Random& random,
                                                         base::Logger& logger);
  virtual ~ObjectStore() = default;

  virtual base::Status CreateBucket(std::string_view bucket) = 0;
  virtual base::Status DeleteBucket(std::string_view bucket) = 0;  // only an empty one
  virtual base::Result<BucketInfo> GetBucket(std::string_view bucket) = 0;
  virtual base::Result<std::vector<BucketInfo>> ListBuckets() = 0;

  // Reads the source to its end. Where the source fails, so does the write, and nothing is left.
  virtual base::Result<ObjectInfo> PutObject(std::string_view bucket, std::string_view key,
                                             base::ByteSource& source,
                                             const PutOptions& options) = 0;
  virtual base::Result<std::unique_ptr<ObjectReader>> OpenObject(std::string_view bucket,
                                                                 std::string_view key) = 0;
  virtual base::Result<ObjectInfo> GetObjectInfo(std::string_view bucket, std::string_view key) = 0;
  // Deleting what is not there succeeds, as in S3. Several keys share one commit.
  virtual base::Status DeleteObjects(std::string_view bucket,
                                     const std::vector<std::string>& keys) = 0;
  virtual base::Result<ListPage> ListObjects(std::string_view bucket,
                                             const ListOptions& options) = 0;

  // Uploads in parts. A key may have several at a time. A part put again replaces the former one;
  // what was not completed is invisible to reads, and goes with its bucket.
  virtual base::Result<std::string> CreateUpload(std::string_view bucket, std::string_view key,
                                                 const ObjectMetadata& metadata) = 0;
  virtual base::Result<PartInfo> PutPart(std::string_view bucket, std::string_view key,
                                         std::string_view upload_id, int number,
                                         base::ByteSource& source, const PutOptions& options) = 0;
  virtual base::Result<std::vector<PartInfo>> ListParts(std::string_view bucket,
                                                        std::string_view key,
                                                        std::string_view upload_id,
                                                        int after_number, size_t max_parts) = 0;
  // Uploads in key order, after (key, upload id); with an empty upload id, after all of that key.
  virtual base::Result<std::vector<UploadInfo>> ListUploads(std::string_view bucket,
                                                            std::string_view prefix,
                                                            std::string_view after_key,
                                                            std::string_view after_upload_id,
                                                            size_t max_uploads) = 0;
  // Makes the object of these parts, in ascending order; the others are dropped. Completing an
  // upload again with the same parts succeeds as long as the object is still the one it made.
  virtual base::Result<ObjectInfo> CompleteUpload(std::string_view bucket, std::string_view key,
                                                  std::string_view upload_id,
                                                  const std::vector<CompletedPart>& parts,
                                                  const WriteCondition& condition) = 0;
  virtual base::Status AbortUpload(std::string_view bucket, std::string_view key,
                                   std::string_view upload_id) = 0;
};

}  // namespace penstock::store
