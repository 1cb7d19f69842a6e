// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
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
#include "keys/key_ring.h"
#include "store/bucket_types.h"
#include "store/drive_options.h"
#include "store/list_types.h"
#include "store/object_types.h"
#include "store/upload_types.h"
#include "sys/file_system.h"

namespace penstock::store {

class DriveAdmin;

// Reasons that Error::reason() carries out of this folder.
namespace reason {
inline constexpr std::string_view kNoSuchBucket = "no_such_bucket";
inline constexpr std::string_view kBucketExists = "bucket_exists";
inline constexpr std::string_view kBucketNotEmpty = "bucket_not_empty";
inline constexpr std::string_view kBadBucketName = "bad_bucket_name";
inline constexpr std::string_view kBadBucketChange = "bad_bucket_change";  // not from its state
inline constexpr std::string_view kBadKey = "bad_key";  // empty, over 1024 bytes, or not UTF-8
inline constexpr std::string_view kNoSuchKey = "no_such_key";
inline constexpr std::string_view kNoSuchVersion = "no_such_version";
// The version that was asked for is a delete marker. (Where the newest one is, and no version was
// named, the reason is no_such_key.)
inline constexpr std::string_view kDeleteMarker = "delete_marker";
inline constexpr std::string_view kNoSuchUpload = "no_such_upload";
inline constexpr std::string_view kBadPartNumber = "bad_part_number";  // outside 1..10000
inline constexpr std::string_view kBadPart = "bad_part";  // unknown, or its ETag differs
inline constexpr std::string_view kBadPartOrder = "bad_part_order";
inline constexpr std::string_view kPartTooSmall = "part_too_small";  // under 5 MiB and not the last
inline constexpr std::string_view kConditionFailed = "condition_failed";
inline constexpr std::string_view kBadRange = "bad_range";
inline constexpr std::string_view kNoSpace = "no_space";              // the drive is full
inline constexpr std::string_view kQuotaExceeded = "quota_exceeded";  // the bucket's
inline constexpr std::string_view kObjectLocked = "object_locked";    // retention or legal hold
inline constexpr std::string_view kNoObjectLock = "no_object_lock";   // the bucket has it not
inline constexpr std::string_view kBadRetention = "bad_retention";    // shorter, past, or no mode
// Reading or writing with a customer's key that is missing, wrong or not asked for.
inline constexpr std::string_view kCustomerKeyNeeded = "customer_key_needed";
inline constexpr std::string_view kWrongCustomerKey = "wrong_customer_key";
inline constexpr std::string_view kUnwantedCustomerKey = "unwanted_customer_key";
inline constexpr std::string_view kNoSuchEncryptionKey = "no_such_encryption_key";
inline constexpr std::string_view kEncryptionKeyDisabled = "encryption_key_disabled";
}  // namespace reason

inline constexpr size_t kMaxKeyBytes = 1024;
inline constexpr size_t kMaxBlockSize = size_t{16} << 20;

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
  DriveOptions drives;             // several directories in its place
  size_t inline_limit = 64 << 10;  // smaller objects live in the index itself
  size_t block_size = 256 << 10;   // what one checksum covers in a data file, and a read's buffer
  size_t cache_bytes = 32 << 20;
  // Where the key ring's master key comes from; must outlive the store. Without it only customers'
  // keys encrypt anything.
  keys::MasterKeySource* master_keys = nullptr;
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
  // was written by a newer version, or is damaged in a way that opening it would make worse; with
  // reason master_key_lost where its key ring belongs to another master key.
  static base::Result<std::unique_ptr<ObjectStore>> Open(const StoreOptions& options,
                                                         sys::FileSystem& files,
                                                         const base::Clock& clock,
                                                         base::Random& random,
                                                         base::Logger& logger);
  virtual ~ObjectStore() = default;

  // What the store is kept on.
  virtual DriveAdmin& drives() = 0;

  virtual base::Status CreateBucket(std::string_view bucket,
                                    const CreateBucketOptions& options) = 0;
  virtual base::Status DeleteBucket(std::string_view bucket) = 0;  // only an empty one
  // Cheap enough for every request: from memory, mostly.
  virtual base::Result<std::shared_ptr<const BucketInfo>> GetBucket(std::string_view bucket) = 0;
  // Applies a change to a copy and keeps it, unless the change fails or the new state is refused
  // (reason bad_bucket_change: object lock taken away, versioning suspended under it, a setting too
  // large). Name, id, time, owner and revision cannot be changed. One change a bucket at a time.
  virtual base::Status UpdateBucket(std::string_view bucket,
                                    const std::function<base::Status(BucketInfo&)>& change) = 0;
  virtual base::Result<BucketPage> ListBuckets(const ListBucketsOptions& options) = 0;
  virtual base::Result<BucketUsage> GetUsage(std::string_view bucket) = 0;

  // Reads the source to its end. Where the source fails, so does the write, and nothing is left.
  // In a bucket with versioning the former versions stay; else the one there is is replaced, unless
  // it is locked (object_locked: possible where versioning is suspended).
  virtual base::Result<ObjectInfo> PutObject(std::string_view bucket, std::string_view key,
                                             base::ByteSource& source,
                                             const PutOptions& options) = 0;
  virtual base::Result<std::unique_ptr<ObjectReader>> OpenObject(std::string_view bucket,
                                                                 std::string_view key,
                                                                 const ReadOptions& options) = 0;
  base::Result<std::unique_ptr<ObjectReader>> OpenObject(std::string_view bucket,
                                                         std::string_view key) {
    return OpenObject(bucket, key, ReadOptions{});
  }
  // The version, or the newest one where the id is empty. Unlike OpenObject it finds delete markers
  // too, whether named or newest; no_such_key or no_such_version where there is nothing at all.
  // Needs no customer's key.
  virtual base::Result<ObjectInfo> GetObjectInfo(std::string_view bucket, std::string_view key,
                                                 std::string_view version_id = {}) = 0;
  // The parts that made it, with their checksums; a single one where it came in one piece.
  virtual base::Result<std::vector<PartInfo>> GetObjectParts(std::string_view bucket,
                                                             std::string_view key,
                                                             std::string_view version_id) = 0;
  // One outcome a target, in their order; deleting what is not there succeeds, as in S3. All that
  // can be deleted share one commit. Fails as a whole only for the bucket or the drive.
  virtual base::Result<std::vector<DeleteOutcome>> DeleteObjects(
      std::string_view bucket, const std::vector<DeleteTarget>& targets) = 0;
  virtual base::Result<ListPage> ListObjects(std::string_view bucket,
                                             const ListOptions& options) = 0;
  virtual base::Result<VersionsPage> ListVersions(std::string_view bucket,
                                                  const ListVersionsOptions& options) = 0;

  // Changes to a version (the newest where the id is empty; a delete marker has none of these, and
  // is refused with reason delete_marker). They return its version id.
  virtual base::Result<std::string> SetTags(std::string_view bucket, std::string_view key,
                                            std::string_view version_id,
                                            const std::map<std::string, std::string>& tags) = 0;
  virtual base::Result<std::string> SetAcl(std::string_view bucket, std::string_view key,
                                           std::string_view version_id, std::string_view acl) = 0;
  // As long as a retention lasts: compliance is only ever prolonged; governance is prolonged, and
  // with `bypass_governance` shortened, lifted (kNone) or made compliance. Else object_locked.
  // bad_retention for a time that is past; no_object_lock where the bucket has none.
  virtual base::Result<std::string> SetRetention(std::string_view bucket, std::string_view key,
                                                 std::string_view version_id,
                                                 const Retention& retention,
                                                 bool bypass_governance) = 0;
  virtual base::Result<std::string> SetLegalHold(std::string_view bucket, std::string_view key,
                                                 std::string_view version_id, bool hold) = 0;

  // Uploads in parts. A key may have several at a time. A part put again replaces the former one;
  // what was not completed is invisible to reads, and goes with its bucket.
  virtual base::Result<std::string> CreateUpload(std::string_view bucket, std::string_view key,
                                                 const UploadOptions& options) = 0;
  virtual base::Result<UploadInfo> GetUpload(std::string_view bucket, std::string_view key,
                                             std::string_view upload_id) = 0;
  virtual base::Result<PartInfo> PutPart(std::string_view bucket, std::string_view key,
                                         std::string_view upload_id, int number,
                                         base::ByteSource& source, const PartOptions& options) = 0;
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
  // upload again with the same parts succeeds as long as the object it made is still a version.
  virtual base::Result<ObjectInfo> CompleteUpload(std::string_view bucket, std::string_view key,
                                                  std::string_view upload_id,
                                                  const std::vector<CompletedPart>& parts,
                                                  const CompleteOptions& options) = 0;
  virtual base::Status AbortUpload(std::string_view bucket, std::string_view key,
                                   std::string_view upload_id) = 0;

  // The keys that EncryptionRequest names, for whoever administers them; nullptr where the store
  // was opened without a master key.
  virtual keys::KeyRing* key_ring() = 0;

  // Small documents of the store as a whole (users, policies, …), by name: durable, replicated with
  // the index, unknown to S3.
  virtual base::Result<std::optional<std::string>> GetDocument(std::string_view name) = 0;
  virtual base::Status PutDocument(std::string_view name, std::string_view text) = 0;
  virtual base::Status DeleteDocument(std::string_view name) = 0;
  // Names that begin with the prefix, in order, after `start_after`.
  virtual base::Result<std::vector<std::string>> ListDocuments(std::string_view prefix,
                                                               std::string_view start_after,
                                                               size_t max_names) = 0;
};

}  // namespace penstock::store
