// SPDX-License-Identifier: Apache-2.0
#include "store/objects.h"

#include <optional>
#include <utility>

#include "base/encoding.h"
#include "store/decrypting_reader.h"
#include "store/encrypted_ingest.h"
#include "store/lock_rules.h"
#include "store/names.h"
#include "store/object_reader.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// How often a read starts again because the object was replaced under it, before giving up.
constexpr int kMaxRetries = 1000;

std::string Place(std::string_view bucket, std::string_view key) {
  return "object '" + std::string(bucket) + "/" + std::string(key) + "'";
}

ContentRecord ToContent(Ingested& ingested) {
  ContentRecord content;
  if (ingested.file) {
    content.storage = Storage::kFiles;
    content.parts.push_back({ingested.file->id(), ingested.size, 1, {}, {}});
  } else {
    content.bytes = std::move(ingested.bytes);
  }
  return content;
}

Ingested ToIngested(AdoptedFile adopted) {
  Ingested ingested;
  ingested.size = adopted.record.size;
  ingested.etag = std::move(adopted.etag);
  ingested.file_record = std::move(adopted.record);
  ingested.file = std::move(adopted.file);
  return ingested;
}

Result<Ingested> TakeIn(Core& core, base::ByteSource& source,
                        const std::optional<DataKey>& data_key) {
  if (!data_key) return Ingest(source, core.inline_limit, core, /*with_md5=*/true);
  return IngestEncrypted(source, data_key->key, data_key->sealed.kind, /*part_number=*/0,
                         core.inline_limit, core);
}

}  // namespace

struct Objects::Opened {
  ObjectInfo info;
  ContentRecord content;
  std::optional<ContentView> view;
  uint64_t bucket = 0;
  SealedDataKey encryption;
};

Result<ObjectInfo> Objects::Put(std::string_view bucket, std::string_view key,
                                base::ByteSource& source, const PutOptions& options) {
  auto take = [&](const std::optional<DataKey>& data_key) {
    return TakeIn(core_, source, data_key);
  };
  return PutBytes(bucket, key, take, options);
}

Result<std::optional<ObjectInfo>> Objects::Adopt(std::string_view bucket, std::string_view key,
                                                 const std::string& path, const PutOptions& options,
                                                 LocalDataFiles& files) {
  if (options.encryption.kind != EncryptionKind::kNone) return std::nullopt;
  bool adopted = true;
  auto take = [&](const std::optional<DataKey>&) -> Result<Ingested> {
    PENSTOCK_TRY(uint64_t id, core_.numbers.Next());
    PENSTOCK_TRY(auto file, files.Adopt(id, path, core_.inline_limit));
    adopted = file.has_value();
    if (!adopted) return Fail(Code::kFailedPrecondition, path + " has to be copied");
    return ToIngested(std::move(*file));
  };
  auto info = PutBytes(bucket, key, take, options);
  if (!adopted) return std::nullopt;
  if (!info) return Fail(std::move(info).error());
  return std::move(*info);
}

Status Objects::MakeAdopted(std::string_view bucket, std::string_view key, AdoptedFile adopted) {
  auto take = [&](const std::optional<DataKey>&) -> Result<Ingested> {
    Ingested ingested = ToIngested(std::move(adopted));
    ingested.recorded = true;
    return ingested;
  };
  PENSTOCK_RETURN_IF_ERROR(PutBytes(bucket, key, take, {}));
  return {};
}

Result<ObjectInfo> Objects::PutBytes(std::string_view bucket, std::string_view key,
                                     const TakeBytes& take, const PutOptions& options) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  // Known to be in vain before the bytes come; decided after they have.
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  PENSTOCK_RETURN_IF_ERROR(CheckNewLock(*found, options.attributes, core_.clock.Now()));
  PendingRows rows(core_.index);
  PENSTOCK_TRY(auto before, Versions(rows).FindObject(found->id, key));
  PENSTOCK_RETURN_IF_ERROR(CheckCondition(options.condition, key, before));

  PENSTOCK_RETURN_IF_ERROR(core_.reserve.Check());
  PENSTOCK_TRY(auto data_key, core_.data_keys.Make(options.encryption, {found->id, key}));
  PENSTOCK_TRY(Ingested ingested, take(data_key));
  ObjectRecord object;
  if (data_key) object.encryption = data_key->sealed;
  object.size = ingested.size;
  object.etag = ingested.etag.empty() ? base::HexEncode(ingested.md5) : ingested.etag;
  object.metadata = options.metadata;
  object.attributes = options.attributes;
  if (options.checksums) {
    PENSTOCK_TRY(object.checksums, options.checksums());
  }
  ContentRecord content = ToContent(ingested);
  object.storage = content.storage;
  PENSTOCK_TRY(object.content, core_.numbers.Next());

  std::vector<RemovedContent> removed;
  ObjectInfo info;
  {
    PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
    // A data key belongs to its bucket, and not to another one of the same name.
    if (data_key && held.info->id != found->id) {
      return Fail(Code::kNotFound, reason::kNoSuchBucket,
                  "bucket '" + std::string(bucket) + "' was deleted meanwhile");
    }
    auto key_lock = core_.key_locks.Lock(held.info->id, key);
    VersionChanges changes(core_, *held.info);
    PENSTOCK_RETURN_IF_ERROR(CheckNewLock(*held.info, options.attributes, changes.now()));
    PENSTOCK_TRY(auto existing, changes.versions().FindObject(held.info->id, key));
    PENSTOCK_RETURN_IF_ERROR(CheckCondition(options.condition, key, existing));
    object.modified_at = options.modified_at.value_or(changes.now());
    PENSTOCK_RETURN_IF_ERROR(changes.Add(key, existing, object, content));
    std::vector<uint64_t> new_files;
    if (ingested.file) {
      changes.rows().Put(row_key::File(ingested.file->id()), ingested.file_record.Encode());
      if (ingested.recorded) changes.rows().Delete(row_key::Adoption(ingested.file->id()));
      new_files.push_back(ingested.file->id());
      ingested.file->Keep();
    }
    PENSTOCK_TRY(removed, changes.Commit(new_files));
    info = ToInfo(*held.info, key, std::move(object), /*is_latest=*/true);
    info.encryption.customer_key_md5 = CustomerKeyMd5(options.encryption.customer_key);
  }
  for (RemovedContent& old : removed) core_.pins.Remove(old.content, std::move(old.files));
  return info;
}

Result<FoundVersion> Objects::Find(const BucketInfo& bucket, std::string_view key,
                                   std::string_view version_id) {
  PendingRows rows(core_.index);
  PENSTOCK_TRY(auto found, Versions(rows).Find(bucket, key, version_id));
  if (found) return std::move(*found);
  if (version_id.empty()) {
    return Fail(Code::kNotFound, reason::kNoSuchKey,
                "there is no object '" + std::string(key) + "'");
  }
  return Fail(Code::kNotFound, reason::kNoSuchVersion,
              "object '" + std::string(key) + "' has no version '" +
                  std::string(version_id.substr(0, 80)) + "'");
}

Result<Objects::Opened> Objects::OpenVersion(std::string_view bucket, std::string_view key,
                                             std::string_view version_id) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  for (int retry = 0; retry < kMaxRetries; ++retry) {
    PENSTOCK_TRY(FoundVersion version, Find(*found, key, version_id));
    ObjectRecord& object = version.record;
    if (object.delete_marker) {
      return Fail(Code::kNotFound, version_id.empty() ? reason::kNoSuchKey : reason::kDeleteMarker,
                  Place(bucket, key) + " is deleted; this version is a delete marker");
    }
    std::optional<ContentView> view;
    if (object.storage == Storage::kFiles) {
      // In this order: see ContentPins.
      ContentPins::Pin pin = core_.pins.Take(object.content);
      view.emplace(ContentView{std::move(pin), core_.index.Snapshot()});
    }
    auto content = FindContent(core_.index, object, view ? &view->snapshot : nullptr);
    if (!content) return Fail(std::move(content).error().Wrap(Place(bucket, key)));
    if (*content) {
      bool multipart = object.multipart();
      SealedDataKey encryption = object.encryption;
      Opened opened{ToInfo(*found, key, std::move(object), version.is_latest), std::move(**content),
                    std::move(view), found->id, std::move(encryption)};
      if (multipart) opened.info.part_sizes = PartSizes(opened.content);
      return opened;
    }
    // Replaced or deleted in between, unless the record is still the same.
    PENSTOCK_TRY(FoundVersion again, Find(*found, key, version_id));
    if (again.record.content == object.content) {
      return Fail(Code::kDataLoss, Place(bucket, key) + " has lost its content row");
    }
  }
  return Fail(Code::kUnavailable, Place(bucket, key) + " is replaced faster than it can be opened");
}

Result<std::unique_ptr<ObjectReader>> Objects::Open(std::string_view bucket, std::string_view key,
                                                    const ReadOptions& options) {
  PENSTOCK_TRY(Opened opened, OpenVersion(bucket, key, options.version_id));
  auto data_key =
      core_.data_keys.Open(opened.encryption, {opened.bucket, key}, options.customer_key);
  if (!data_key) return Fail(std::move(data_key).error().Wrap(Place(bucket, key)));
  opened.info.encryption.customer_key_md5 = CustomerKeyMd5(options.customer_key);
  if (!*data_key) {
    return MakeObjectReader(core_, Place(bucket, key), std::move(opened.info),
                            std::move(opened.content), std::move(opened.view));
  }
  return MakeDecryptingReader(core_, Place(bucket, key), std::move(opened.info), opened.encryption,
                              std::move(opened.content), std::move(opened.view),
                              std::move(**data_key));
}

Result<bool> Objects::Link(std::string_view bucket, std::string_view key, const std::string& path,
                           LocalDataFiles& files) {
  PENSTOCK_TRY(Opened opened, OpenVersion(bucket, key, ""));
  if (!opened.view || opened.content.parts.size() != 1 ||
      opened.info.encryption.kind != EncryptionKind::kNone) {
    return false;
  }
  const FilePart& part = opened.content.parts.front();
  PENSTOCK_TRY(auto row, opened.view->snapshot.Get(row_key::File(part.file)));
  if (!row) return Fail(Code::kDataLoss, Place(bucket, key) + " has lost its data file's row");
  PENSTOCK_TRY(FileRecord record, FileRecord::Decode(*row));
  auto linked = files.LinkTo(part.file, record, path);
  if (!linked) return Fail(std::move(linked).error().Wrap(Place(bucket, key)));
  return *linked;
}

Result<ObjectInfo> Objects::Info(std::string_view bucket, std::string_view key,
                                 std::string_view version_id) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  PENSTOCK_TRY(FoundVersion version, Find(*found, key, version_id));
  if (!version.record.multipart()) {
    return ToInfo(*found, key, std::move(version.record), version.is_latest);
  }
  PENSTOCK_TRY(Opened opened, OpenVersion(bucket, key, version_id));
  return std::move(opened.info);
}

Result<std::vector<PartInfo>> Objects::Parts(std::string_view bucket, std::string_view key,
                                             std::string_view version_id) {
  PENSTOCK_TRY(Opened opened, OpenVersion(bucket, key, version_id));
  std::vector<PartInfo> parts;
  bool multipart = !opened.info.part_sizes.empty();
  if (!multipart) {
    return std::vector{PartInfo{1, opened.info.etag, opened.info.size, opened.info.modified_at,
                                opened.info.checksums}};
  }
  for (FilePart& part : opened.content.parts) {
    parts.push_back(
        {part.number, "", part.size, opened.info.modified_at, std::move(part.checksums)});
  }
  return parts;
}

}  // namespace penstock::store
