// SPDX-License-Identifier: Apache-2.0
#include "server/stored_content.h"

#include "server/artifact_content.h"
#include "server/store_artifacts.h"

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr uint64_t kLateInDirectory = StoreArtifacts::kLateInDirectory;
constexpr size_t kMostFiles = 1000;

class DigestSink final : public base::ByteSink {
 public:
  Status Write(std::string_view bytes) override {
    digest_.Add(bytes);
    return {};
  }
  std::string Text() { return digest_.Text(); }

 private:
  ContentDigest digest_;
};

}  // namespace

std::string ContentOf(store::ObjectStore& store, const std::string& bucket,
                      const store::ObjectInfo& object, uint64_t& budget) {
  if (object.size <= budget) {
    auto reader = store.OpenObject(bucket, object.key);
    DigestSink sink;
    if (reader && (*reader)->Read(0, (*reader)->info().size, sink)) {
      budget -= object.size;
      return sink.Text();
    }
  }
  if (object.encryption.kind > store::EncryptionKind::kServerKey) return "";
  return "etag:" + object.etag + ":" + std::to_string(object.size);
}

Result<engine::StoredArtifact> DescribeStored(store::ObjectStore& store, const std::string& bucket,
                                              const std::string& key) {
  engine::StoredArtifact stored;
  uint64_t budget = kMostContentRead;
  auto object = store.GetObjectInfo(bucket, key);
  if (object && !object->delete_marker) {
    stored.size = object->size;
    stored.content = ContentOf(store, bucket, *object, budget);
    return stored;
  }
  stored.directory = true;
  ContentManifest manifest;
  store::ListOptions options;
  options.prefix = key + "/";
  options.max_entries = kMostFiles + 1;
  PENSTOCK_TRY(store::ListPage page, store.ListObjects(bucket, options));
  if (page.objects.empty()) {
    return Fail(Code::kNotFound, "no object " + key + " in bucket " + bucket);
  }
  bool known = page.objects.size() <= kMostFiles;
  for (const store::ObjectInfo& file : page.objects) {
    stored.size += file.size;
    const std::string content = known ? ContentOf(store, bucket, file, budget) : "";
    known = known && !content.empty();
    manifest.Add(file.key.substr(options.prefix.size()), content);
  }
  if (known) stored.content = manifest.Text();
  return stored;
}

Result<engine::StoredArtifact> DescribeLate(store::ObjectStore& store, store::LocalObjects& local,
                                            const std::string& bucket, const std::string& key) {
  auto object = store.GetObjectInfo(bucket, key);
  if (object && !object->delete_marker) return DescribeStored(store, bucket, key);
  engine::StoredArtifact stored;
  stored.directory = true;
  ContentManifest manifest;
  store::ListOptions options;
  options.prefix = key + "/";
  bool any = false;
  bool known = true;
  while (true) {
    // Whoever calls may be the one who has to make objects of what is awaited.
    PENSTOCK_TRY(store::ListPage page, local.ListWhole(bucket, options));
    for (const store::ObjectInfo& file : page.objects) {
      uint64_t budget = kLateInDirectory - 1;
      const std::string content = ContentOf(store, bucket, file, budget);
      any = true;
      known = known && !content.empty();
      stored.size += file.size;
      manifest.Add(file.key.substr(options.prefix.size()), content);
    }
    if (!page.truncated) break;
    options.start_after = page.next_start_after;
  }
  if (!any) {
    return Fail(Code::kNotFound, "no object " + key + " in bucket " + bucket);
  }
  if (known) stored.content = manifest.Text();
  return stored;
}

}  // namespace penstock::server
