// SPDX-License-Identifier: Apache-2.0
#include "store/objects.h"

#include <optional>
#include <utility>

#include "base/encoding.h"
#include "store/ingest.h"
#include "store/names.h"
#include "store/object_reader.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Error;
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
    content.parts.push_back({ingested.file->id(), ingested.size, 1, {}});
  } else {
    content.bytes = std::move(ingested.bytes);
  }
  return content;
}

}  // namespace

Result<ObjectInfo> Objects::Put(std::string_view bucket, std::string_view key,
                                base::ByteSource& source, const PutOptions& options) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  // Known to be in vain before the bytes come; decided after they have.
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  PENSTOCK_TRY(auto before, versions_.FindCurrent(found->id, key));
  PENSTOCK_RETURN_IF_ERROR(CheckCondition(options.condition, key, before));

  PENSTOCK_RETURN_IF_ERROR(core_.reserve.Check());
  PENSTOCK_TRY(Ingested ingested, Ingest(source, core_.inline_limit, core_.data, core_.numbers));
  ObjectRecord object;
  object.size = ingested.size;
  object.etag = base::HexEncode(ingested.md5);
  object.metadata = options.metadata;
  if (options.checksums) {
    PENSTOCK_TRY(object.checksums, options.checksums());
  }
  ContentRecord content = ToContent(ingested);
  object.storage = content.storage;
  PENSTOCK_TRY(object.content, core_.numbers.Next());

  std::vector<RemovedContent> removed;
  {
    PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
    auto key_lock = core_.key_locks.Lock(held.info->id, key);
    PENSTOCK_TRY(auto existing, versions_.FindCurrent(held.info->id, key));
    PENSTOCK_RETURN_IF_ERROR(CheckCondition(options.condition, key, existing));
    PENSTOCK_TRY(object.sequence, core_.numbers.Next());
    object.modified_at = core_.clock.Now();
    IndexBatch batch;
    std::vector<uint64_t> new_files;
    if (ingested.file) {
      batch.Put(row_key::File(ingested.file->id()), ingested.file_record.Encode());
      new_files.push_back(ingested.file->id());
      ingested.file->Keep();
    }
    PENSTOCK_RETURN_IF_ERROR(versions_.Replace(batch, held.info->id, key, existing, object, content,
                                               new_files, removed));
  }
  for (RemovedContent& old : removed) core_.pins.Remove(old.content, std::move(old.files));
  return ToInfo(key, std::move(object));
}

Result<ObjectRecord> Objects::Find(uint64_t bucket, std::string_view key) {
  PENSTOCK_TRY(auto record, versions_.FindCurrent(bucket, key));
  if (!record) {
    return Fail(Code::kNotFound, reason::kNoSuchKey,
                "there is no object '" + std::string(key) + "'");
  }
  return std::move(*record);
}

Result<std::unique_ptr<ObjectReader>> Objects::Open(std::string_view bucket, std::string_view key) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  for (int retry = 0; retry < kMaxRetries; ++retry) {
    PENSTOCK_TRY(ObjectRecord object, Find(found->id, key));
    std::optional<ContentView> view;
    if (object.storage == Storage::kFiles) {
      // In this order: see ContentPins.
      ContentPins::Pin pin = core_.pins.Take(object.content);
      view.emplace(ContentView{std::move(pin), core_.index.Snapshot()});
    }
    auto content = versions_.FindContent(object, view ? &view->snapshot : nullptr);
    if (!content) return Fail(std::move(content).error().Wrap(Place(bucket, key)));
    if (*content) {
      ObjectInfo info = ToInfo(key, object);
      if (object.multipart()) info.part_sizes = PartSizes(**content);
      return MakeObjectReader(core_, Place(bucket, key), std::move(info), std::move(**content),
                              std::move(view));
    }
    // Replaced or deleted in between, unless the record is still the same.
    PENSTOCK_TRY(ObjectRecord again, Find(found->id, key));
    if (again.content == object.content) {
      return Fail(Code::kDataLoss, Place(bucket, key) + " has lost its content row");
    }
  }
  return Fail(Code::kUnavailable, Place(bucket, key) + " is replaced faster than it can be opened");
}

Result<ObjectInfo> Objects::Info(std::string_view bucket, std::string_view key) {
  PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  PENSTOCK_TRY(auto found, buckets_.Find(bucket));
  PENSTOCK_TRY(ObjectRecord object, Find(found->id, key));
  if (!object.multipart()) return ToInfo(key, std::move(object));
  PENSTOCK_TRY(std::unique_ptr<ObjectReader> reader, Open(bucket, key));
  return reader->info();
}

Status Objects::Delete(std::string_view bucket, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) PENSTOCK_RETURN_IF_ERROR(CheckKey(key));
  std::vector<RemovedContent> removed;
  {
    PENSTOCK_TRY(HeldBucket held, buckets_.Hold(bucket));
    KeyLocks::Held key_locks = core_.key_locks.Lock(held.info->id, keys);
    IndexBatch batch;
    for (const std::string& key : keys) {
      PENSTOCK_TRY(auto object, versions_.FindCurrent(held.info->id, key));
      if (!object) continue;
      PENSTOCK_TRY(RemovedContent content, versions_.DropContent(batch, *object));
      batch.Delete(row_key::Object(held.info->id, key));
      removed.push_back(std::move(content));
    }
    if (removed.empty()) return {};
    PENSTOCK_RETURN_IF_ERROR(core_.writer.Commit(batch));
  }
  for (RemovedContent& old : removed) core_.pins.Remove(old.content, std::move(old.files));
  return {};
}

}  // namespace penstock::store
