// SPDX-License-Identifier: Apache-2.0
#include "server/store_artifacts.h"

#include <filesystem>
#include <memory>
#include <utility>

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::string_view kSchemes[] = {"minio://", "s3://"};

// The bytes of a local file, which may not grow or shrink meanwhile: its task has ended.
class FileSource final : public base::ByteSource {
 public:
  FileSource(sys::File& file, uint64_t size) : file_(file), size_(size) {}

  Result<size_t> Read(std::span<char> buffer) override {
    size_t count = static_cast<size_t>(std::min<uint64_t>(buffer.size(), size_ - offset_));
    if (count == 0) return 0;
    PENSTOCK_RETURN_IF_ERROR(file_.ReadAt(offset_, buffer.first(count)));
    offset_ += count;
    return count;
  }

 private:
  sys::File& file_;
  const uint64_t size_;
  uint64_t offset_ = 0;
};

class FileSink final : public base::ByteSink {
 public:
  explicit FileSink(sys::File& file) : file_(file) {}

  Status Write(std::string_view bytes) override {
    PENSTOCK_RETURN_IF_ERROR(file_.WriteAt(offset_, bytes));
    offset_ += bytes.size();
    return {};
  }

 private:
  sys::File& file_;
  uint64_t offset_ = 0;
};

ArtifactPlace Below(const ArtifactPlace& place, std::string_view name) {
  return {place.bucket, place.key + "/" + std::string(name)};
}

// Keys become file names below a folder of ours, so none may climb out of it.
bool StaysBelow(const std::filesystem::path& relative) {
  for (const auto& part : relative) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return !relative.empty() && relative.is_relative();
}

}  // namespace

Result<ArtifactPlace> ParseArtifactUri(std::string_view uri) {
  for (std::string_view scheme : kSchemes) {
    if (uri.substr(0, scheme.size()) != scheme) continue;
    std::string_view rest = uri.substr(scheme.size());
    rest = rest.substr(0, rest.find('?'));
    while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
    size_t slash = rest.find('/');
    ArtifactPlace place;
    place.bucket = rest.substr(0, slash);
    if (slash != std::string_view::npos) place.key = rest.substr(slash + 1);
    if (place.bucket.empty()) break;
    return place;
  }
  return Fail(Code::kInvalidArgument,
              "'" + std::string(uri) +
                  "' names no place in this store: use minio://BUCKET/KEY or s3://BUCKET/KEY");
}

Status StoreArtifacts::CheckRoot(std::string_view uri) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  Status created = store_.CreateBucket(place.bucket, {});
  if (created || created.error().reason() == store::reason::kBucketExists) return {};
  return Fail(std::move(created).error().Wrap("artifact root " + std::string(uri)));
}

Status StoreArtifacts::Fetch(std::string_view uri, const std::string& local_path) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  Status fetched = FetchObject(place, local_path);
  if (fetched || fetched.error().code() != Code::kNotFound) return fetched;
  return FetchDirectory(place, local_path);
}

Status StoreArtifacts::FetchObject(const ArtifactPlace& place, const std::string& local_path) {
  PENSTOCK_TRY(auto reader, store_.OpenObject(place.bucket, place.key));
  PENSTOCK_TRY(auto file, files_.Create(local_path));
  FileSink sink(*file);
  return reader->Read(0, reader->info().size, sink);
}

Status StoreArtifacts::FetchDirectory(const ArtifactPlace& place, const std::string& local_path) {
  const std::string prefix = place.key + "/";
  store::ListOptions options;
  options.prefix = prefix;
  bool any = false;
  while (true) {
    PENSTOCK_TRY(store::ListPage page, store_.ListObjects(place.bucket, options));
    for (const store::ObjectInfo& object : page.objects) {
      std::filesystem::path relative = object.key.substr(prefix.size());
      if (!StaysBelow(relative)) continue;
      any = true;
      std::filesystem::path target = std::filesystem::path(local_path) / relative;
      PENSTOCK_RETURN_IF_ERROR(files_.MakeDirectories(target.parent_path().string()));
      PENSTOCK_RETURN_IF_ERROR(FetchObject({place.bucket, object.key}, target.string()));
    }
    if (!page.truncated) break;
    options.start_after = page.next_start_after;
  }
  if (any) return {};
  return Fail(Code::kNotFound, "no object " + place.key + " in bucket " + place.bucket);
}

Result<engine::StoredArtifact> StoreArtifacts::Publish(const std::string& local_path,
                                                       std::string_view uri) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  std::error_code ignored;
  engine::StoredArtifact stored;
  stored.directory = std::filesystem::is_directory(local_path, ignored);
  PENSTOCK_TRY(stored.size, stored.directory ? PublishDirectory(local_path, place)
                                             : PublishFile(local_path, place));
  return stored;
}

Result<uint64_t> StoreArtifacts::PublishFile(const std::string& local_path,
                                             const ArtifactPlace& place) {
  PENSTOCK_TRY(auto file, files_.OpenForRead(local_path));
  PENSTOCK_TRY(uint64_t size, file->Size());
  FileSource source(*file, size);
  PENSTOCK_RETURN_IF_ERROR(store_.PutObject(place.bucket, place.key, source, {}));
  return size;
}

Result<uint64_t> StoreArtifacts::PublishDirectory(const std::string& local_path,
                                                  const ArtifactPlace& place) {
  PENSTOCK_TRY(auto entries, files_.List(local_path));
  uint64_t total = 0;
  for (const sys::DirectoryEntry& entry : entries) {
    std::string path = local_path + "/" + entry.name;
    PENSTOCK_TRY(uint64_t size, entry.is_directory
                                    ? PublishDirectory(path, Below(place, entry.name))
                                    : PublishFile(path, Below(place, entry.name)));
    total += size;
  }
  return total;
}

Status StoreArtifacts::Write(std::string_view uri, std::string_view bytes) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  base::StringSource source(bytes);
  PENSTOCK_RETURN_IF_ERROR(store_.PutObject(place.bucket, place.key, source, {}));
  return {};
}

Status StoreArtifacts::Read(std::string_view uri, base::ByteSink& sink) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  PENSTOCK_TRY(auto reader, store_.OpenObject(place.bucket, place.key));
  return reader->Read(0, reader->info().size, sink);
}

}  // namespace penstock::server
