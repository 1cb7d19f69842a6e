// SPDX-License-Identifier: Apache-2.0
#include "store/object_store.h"

#include <algorithm>
#include <utility>

#include "store/adoptions.h"
#include "store/backing.h"
#include "store/buckets.h"
#include "store/core.h"
#include "store/documents.h"
#include "store/drive_admin.h"
#include "store/listing.h"
#include "store/local_objects.h"
#include "store/objects.h"
#include "store/open_store.h"
#include "store/orphan_sweep.h"
#include "store/package_cipher.h"
#include "store/ring_row.h"
#include "store/uploads.h"
#include "store/usage.h"
#include "store/version_listing.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Blocks of a few large puts that are hashed and written while more is received.
constexpr size_t kKeptBlocks = 40;

// Puts the pieces together; what they do is in them.
class PlainStore final : public ObjectStore, public LocalObjects {
 public:
  PlainStore(std::unique_ptr<Backing> backing, keys::MasterKeySource* master_keys,
             const base::Clock& clock, base::Random& random, base::Logger& logger)
      : backing_(std::move(backing)),
        writer_(backing_->index(), backing_->data(), logger),
        ring_row_(backing_->index(), writer_),
        remover_(backing_->data()),
        pins_(remover_),
        master_keys_(master_keys),
        clock_(clock),
        random_(random),
        logger_(logger) {}

  // The rest of opening, which can fail.
  Status Start() {
    Index& index = backing_->index();
    DataFiles& data = backing_->data();
    backing_->reserve().SetReclaim([this] { return remover_.RemoveOne(); });
    IndexSnapshot snapshot = index.Snapshot();
    PENSTOCK_TRY(numbers_, Numbers::Open(index, writer_));
    PENSTOCK_RETURN_IF_ERROR(EnsureUsage(index, writer_));
    if (master_keys_ != nullptr) {
      PENSTOCK_TRY(key_ring_, keys::KeyRing::Open(ring_row_, *master_keys_, clock_, random_));
    }
    data_keys_.emplace(key_ring_.get(), random_);
    blocks_.emplace(IngestBytes(backing_->inline_limit(), data.block_size()), kKeptBlocks);
    core_.emplace(Core{index, writer_, *numbers_, data, backing_->reserve(), remover_, pins_,
                       *data_keys_, bucket_locks_, key_locks_, clock_, random_, md5s_, *blocks_,
                       packages_, backing_->inline_limit()});
    buckets_.emplace(*core_);
    objects_.emplace(*core_, *buckets_);
    uploads_.emplace(*core_, *buckets_);
    documents_.emplace(*core_);
    if (LocalDataFiles* files = backing_->local_data()) {
      adoptions_.emplace(*core_, *buckets_, *objects_, *files, logger_);
      PENSTOCK_RETURN_IF_ERROR(adoptions_->Start());
    }
    sweep_.emplace(std::move(snapshot), numbers_->first(), data, logger_);
    admin_ = backing_->StartCare(writer_, clock_, numbers_->first());
    return {};
  }

  DriveAdmin& drives() override { return *admin_; }

  Status CreateBucket(std::string_view bucket, const CreateBucketOptions& options) override {
    return buckets_->Create(bucket, options);
  }

  Status DeleteBucket(std::string_view bucket) override {
    AwaitAll(bucket, "");
    return buckets_->Delete(
        bucket, [this](const BucketInfo& found) { return uploads_->AbortAll(found.id); });
  }

  Result<std::shared_ptr<const BucketInfo>> GetBucket(std::string_view bucket) override {
    return buckets_->Find(bucket);
  }

  Status UpdateBucket(std::string_view bucket,
                      const std::function<Status(BucketInfo&)>& change) override {
    return buckets_->Update(bucket, change);
  }

  Result<BucketPage> ListBuckets(const ListBucketsOptions& options) override {
    return buckets_->List(options);
  }

  Result<BucketUsage> GetUsage(std::string_view bucket) override {
    PENSTOCK_TRY(auto found, buckets_->Find(bucket));
    return ReadUsage(backing_->index(), found->id);
  }

  Result<ObjectInfo> PutObject(std::string_view bucket, std::string_view key,
                               base::ByteSource& source, const PutOptions& options) override {
    Await(bucket, key);
    return objects_->Put(bucket, key, source, options);
  }

  Result<std::optional<ObjectInfo>> AdoptFile(std::string_view bucket, std::string_view key,
                                              const std::string& path,
                                              const PutOptions& options) override {
    LocalDataFiles* files = backing_->local_data();
    if (files == nullptr) return std::nullopt;
    Await(bucket, key);
    return objects_->Adopt(bucket, key, path, options, *files);
  }

  Result<std::optional<uint64_t>> AdoptSoon(std::string_view bucket, std::string_view key,
                                            const std::string& path, uint64_t least) override {
    if (!adoptions_) return std::nullopt;
    return adoptions_->Take(bucket, key, path, std::max<uint64_t>(least, backing_->inline_limit()));
  }

  std::optional<uint64_t> PendingSize(std::string_view bucket, std::string_view key) override {
    return adoptions_ ? adoptions_->SizeOf(bucket, key) : std::nullopt;
  }

  void WhenAdopted(std::string_view bucket, std::string_view key,
                   std::function<void(Status)> done) override {
    adoptions_ ? adoptions_->WhenDone(bucket, key, std::move(done)) : done({});
  }

  std::map<std::string, uint64_t> PendingSizes(std::string_view bucket,
                                               std::string_view prefix) override {
    if (!adoptions_) return {};
    return adoptions_->SizesBelow(bucket, prefix);
  }

  void WhenAllAdopted(std::string_view bucket, std::string_view prefix,
                      std::function<void(Status)> done) override {
    adoptions_ ? adoptions_->WhenAllDone(bucket, prefix, std::move(done)) : done({});
  }

  Result<ListPage> ListWhole(std::string_view bucket, const ListOptions& options) override {
    PENSTOCK_TRY(auto found, buckets_->Find(bucket));
    return ListObjectPage(*core_, *found, options);
  }

  Result<bool> LinkObject(std::string_view bucket, std::string_view key,
                          const std::string& path) override {
    LocalDataFiles* files = backing_->local_data();
    if (files == nullptr) return false;
    PENSTOCK_TRY(bool linked, adoptions_->Link(bucket, key, path));
    if (linked) return true;
    Await(bucket, key);
    return objects_->Link(bucket, key, path, *files);
  }

  Result<std::unique_ptr<ObjectReader>> OpenObject(std::string_view bucket, std::string_view key,
                                                   const ReadOptions& options) override {
    Await(bucket, key);
    return objects_->Open(bucket, key, options);
  }

  Result<ObjectInfo> GetObjectInfo(std::string_view bucket, std::string_view key,
                                   std::string_view version_id) override {
    Await(bucket, key);
    return objects_->Info(bucket, key, version_id);
  }

  Result<std::vector<PartInfo>> GetObjectParts(std::string_view bucket, std::string_view key,
                                               std::string_view version_id) override {
    Await(bucket, key);
    return objects_->Parts(bucket, key, version_id);
  }

  Result<std::vector<DeleteOutcome>> DeleteObjects(
      std::string_view bucket, const std::vector<DeleteTarget>& targets) override {
    for (const DeleteTarget& target : targets) Await(bucket, target.key);
    return objects_->Delete(bucket, targets);
  }

  Result<ListPage> ListObjects(std::string_view bucket, const ListOptions& options) override {
    AwaitAll(bucket, options.prefix);
    return ListWhole(bucket, options);
  }

  Result<VersionsPage> ListVersions(std::string_view bucket,
                                    const ListVersionsOptions& options) override {
    AwaitAll(bucket, options.prefix);
    PENSTOCK_TRY(auto found, buckets_->Find(bucket));
    return ListVersionPage(*core_, *found, options);
  }

  Result<std::string> SetTags(std::string_view bucket, std::string_view key,
                              std::string_view version_id,
                              const std::map<std::string, std::string>& tags) override {
    Await(bucket, key);
    return objects_->SetTags(bucket, key, version_id, tags);
  }

  Result<std::string> SetAcl(std::string_view bucket, std::string_view key,
                             std::string_view version_id, std::string_view acl) override {
    Await(bucket, key);
    return objects_->SetAcl(bucket, key, version_id, acl);
  }

  Result<std::string> SetRetention(std::string_view bucket, std::string_view key,
                                   std::string_view version_id, const Retention& retention,
                                   bool bypass_governance) override {
    Await(bucket, key);
    return objects_->SetRetention(bucket, key, version_id, retention, bypass_governance);
  }

  Result<std::string> SetLegalHold(std::string_view bucket, std::string_view key,
                                   std::string_view version_id, bool hold) override {
    Await(bucket, key);
    return objects_->SetLegalHold(bucket, key, version_id, hold);
  }

  Result<std::string> CreateUpload(std::string_view bucket, std::string_view key,
                                   const UploadOptions& options) override {
    return uploads_->Create(bucket, key, options);
  }

  Result<UploadInfo> GetUpload(std::string_view bucket, std::string_view key,
                               std::string_view upload_id) override {
    return uploads_->Get(bucket, key, upload_id);
  }

  Result<PartInfo> PutPart(std::string_view bucket, std::string_view key,
                           std::string_view upload_id, int number, base::ByteSource& source,
                           const PartOptions& options) override {
    return uploads_->PutPart(bucket, key, upload_id, number, source, options);
  }

  Result<std::vector<PartInfo>> ListParts(std::string_view bucket, std::string_view key,
                                          std::string_view upload_id, int after_number,
                                          size_t max_parts) override {
    return uploads_->ListParts(bucket, key, upload_id, after_number, max_parts);
  }

  Result<std::vector<UploadInfo>> ListUploads(std::string_view bucket, std::string_view prefix,
                                              std::string_view after_key,
                                              std::string_view after_upload_id,
                                              size_t max_uploads) override {
    return uploads_->List(bucket, prefix, after_key, after_upload_id, max_uploads);
  }

  Result<ObjectInfo> CompleteUpload(std::string_view bucket, std::string_view key,
                                    std::string_view upload_id,
                                    const std::vector<CompletedPart>& parts,
                                    const CompleteOptions& options) override {
    Await(bucket, key);
    return uploads_->Complete(bucket, key, upload_id, parts, options);
  }

  Status AbortUpload(std::string_view bucket, std::string_view key,
                     std::string_view upload_id) override {
    return uploads_->Abort(bucket, key, upload_id);
  }

  keys::KeyRing* key_ring() override { return key_ring_.get(); }

  Result<std::optional<std::string>> GetDocument(std::string_view name) override {
    return documents_->Get(name);
  }

  Status PutDocument(std::string_view name, std::string_view text) override {
    return documents_->Put(name, text);
  }

  Status DeleteDocument(std::string_view name) override { return documents_->Delete(name); }

  Result<std::vector<std::string>> ListDocuments(std::string_view prefix,
                                                 std::string_view start_after,
                                                 size_t max_names) override {
    return documents_->List(prefix, start_after, max_names);
  }

 private:
  // What is to be an object soon is one for everybody who asks.
  void Await(std::string_view bucket, std::string_view key) {
    if (adoptions_) adoptions_->Await(bucket, key);
  }
  void AwaitAll(std::string_view bucket, std::string_view prefix) {
    if (adoptions_) adoptions_->AwaitAll(bucket, prefix);
  }

  std::unique_ptr<Backing> backing_;
  IndexWriter writer_;
  RingRow ring_row_;
  FileRemover remover_;
  ContentPins pins_;
  BucketLocks bucket_locks_;
  KeyLocks key_locks_;
  keys::MasterKeySource* master_keys_;
  const base::Clock& clock_;
  base::Random& random_;
  base::Logger& logger_;
  std::unique_ptr<Numbers> numbers_;
  std::unique_ptr<keys::KeyRing> key_ring_;
  std::optional<DataKeys> data_keys_;
  crypto::Md5Workers md5s_;
  std::optional<ScratchBuffers> blocks_;
  ScratchBuffers packages_{kSealedPackageBytes};
  std::optional<Core> core_;
  std::optional<Buckets> buckets_;
  std::optional<Objects> objects_;
  std::optional<Uploads> uploads_;
  std::optional<Documents> documents_;
  // Last, so that their threads end first.
  std::optional<Adoptions> adoptions_;  // on one drive
  std::optional<OrphanSweep> sweep_;
  std::unique_ptr<DriveAdmin> admin_;
};

Status CheckOptions(const StoreOptions& options) {
  if (options.directory.empty() && options.drives.directories.empty()) {
    return Fail(Code::kInvalidArgument, "the store needs a directory");
  }
  if (options.block_size < 1 || options.block_size > kMaxBlockSize) {
    return Fail(Code::kInvalidArgument, "block_size must be 1 byte to 16 MiB");
  }
  if (options.inline_limit > kMaxBlockSize) {
    return Fail(Code::kInvalidArgument, "inline_limit must not be above 16 MiB");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> ObjectStore::Open(const StoreOptions& options,
                                                       sys::FileSystem& files,
                                                       const base::Clock& clock,
                                                       base::Random& random, base::Logger& logger) {
  return OpenStore(options, files, clock, random, logger, nullptr);
}

Result<std::unique_ptr<ObjectStore>> OpenStore(const StoreOptions& options, sys::FileSystem& files,
                                               const base::Clock& clock, base::Random& random,
                                               base::Logger& logger, const IndexEnvs& index_envs) {
  PENSTOCK_RETURN_IF_ERROR(CheckOptions(options));
  PENSTOCK_TRY(std::unique_ptr<Backing> backing,
               options.drives.directories.empty()
                   ? OpenOneDrive(options, files, logger, index_envs)
                   : OpenSeveralDrives(options, files, random, logger, index_envs));
  auto store =
      std::make_unique<PlainStore>(std::move(backing), options.master_keys, clock, random, logger);
  PENSTOCK_RETURN_IF_ERROR(store->Start());
  return store;
}

}  // namespace penstock::store
