// SPDX-License-Identifier: Apache-2.0
#include "server/store_artifacts.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "s3/bucket_encryption.h"
#include "server/stored_content.h"

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::string_view kPending = engine::StoredArtifact::kPending;
constexpr std::string_view kSchemes[] = {"minio://", "s3://"};

// The bytes of a local file, which may not grow or shrink meanwhile: its task has ended. Digests
// what is read.
class FileSource final : public base::ByteSource {
 public:
  FileSource(sys::File& file, uint64_t size) : file_(file), size_(size) {}

  Result<size_t> Read(std::span<char> buffer) override {
    size_t count = static_cast<size_t>(std::min<uint64_t>(buffer.size(), size_ - offset_));
    if (count == 0) return 0;
    PENSTOCK_RETURN_IF_ERROR(file_.ReadAt(offset_, buffer.first(count)));
    offset_ += count;
    content_.Add({buffer.data(), count});
    return count;
  }

  std::string content() { return content_.Text(); }

 private:
  sys::File& file_;
  const uint64_t size_;
  uint64_t offset_ = 0;
  ContentDigest content_;
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

// What is in a folder of the machine.
struct FolderContents {
  bool links = false;  // or what cannot be told
  uint64_t bytes = 0;
};

FolderContents LookInto(const std::string& directory) {
  FolderContents contents;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(directory, error), end;
       !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    contents.links = contents.links || entry->is_symlink(ignored);
    if (!entry->is_regular_file(ignored)) continue;
    const uint64_t size = entry->file_size(ignored);
    if (!ignored) contents.bytes += size;
  }
  contents.links = contents.links || error;
  return contents;
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

Result<store::PutOptions> StoreArtifacts::OptionsFor(const std::string& bucket) const {
  PENSTOCK_TRY(auto info, store_.GetBucket(bucket));
  store::PutOptions options;
  PENSTOCK_TRY(options.encryption, s3::DefaultEncryptionOf(*info));
  return options;
}

Status StoreArtifacts::Fetch(std::string_view uri, const std::string& local_path) {
  return FetchAny(uri, local_path, Sharing::kCopies);
}

Status StoreArtifacts::FetchReadOnly(std::string_view uri, const std::string& local_path) {
  return FetchAny(uri, local_path, Sharing::kLinks);
}

Status StoreArtifacts::FetchAny(std::string_view uri, const std::string& local_path,
                                Sharing sharing) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  Status fetched = FetchObject(place, local_path, sharing);
  if (fetched || fetched.error().code() != Code::kNotFound) return fetched;
  return FetchDirectory(place, local_path, sharing);
}

Status StoreArtifacts::FetchObject(const ArtifactPlace& place, const std::string& local_path,
                                   Sharing sharing) {
  if (sharing == Sharing::kLinks && local_ != nullptr) {
    PENSTOCK_TRY(bool linked, local_->LinkObject(place.bucket, place.key, local_path));
    if (linked) return {};
  }
  PENSTOCK_TRY(auto reader, store_.OpenObject(place.bucket, place.key));
  PENSTOCK_TRY(auto file, files_.Create(local_path));
  FileSink sink(*file);
  return reader->Read(0, reader->info().size, sink);
}

Status StoreArtifacts::FetchDirectory(const ArtifactPlace& place, const std::string& local_path,
                                      Sharing sharing) {
  const std::string prefix = place.key + "/";
  bool any = false;
  auto fetch = [&](const std::string& key) -> Status {
    const std::filesystem::path relative = key.substr(prefix.size());
    if (!StaysBelow(relative)) return {};
    any = true;
    const std::filesystem::path target = std::filesystem::path(local_path) / relative;
    PENSTOCK_RETURN_IF_ERROR(files_.MakeDirectories(target.parent_path().string()));
    return FetchObject({place.bucket, key}, target.string(), sharing);
  };
  // Before the others are listed, so that none that becomes an object meanwhile is missed.
  std::map<std::string, uint64_t> pending;
  if (local_ != nullptr) pending = local_->PendingSizes(place.bucket, prefix);
  for (const auto& [key, size] : pending) PENSTOCK_RETURN_IF_ERROR(fetch(key));
  store::ListOptions options;
  options.prefix = prefix;
  while (true) {
    PENSTOCK_TRY(store::ListPage page, ListNow(place.bucket, options));
    for (const store::ObjectInfo& object : page.objects) {
      if (!pending.contains(object.key)) PENSTOCK_RETURN_IF_ERROR(fetch(object.key));
    }
    if (!page.truncated) break;
    options.start_after = page.next_start_after;
  }
  if (any) return {};
  return Fail(Code::kNotFound, "no object " + place.key + " in bucket " + place.bucket);
}

Result<engine::StoredArtifact> StoreArtifacts::Publish(const std::string& local_path,
                                                       std::string_view uri) {
  return PublishAny(local_path, uri, Sharing::kCopies);
}

Result<engine::StoredArtifact> StoreArtifacts::PublishLast(const std::string& local_path,
                                                           std::string_view uri) {
  return PublishAny(local_path, uri, Sharing::kLinks);
}

Result<engine::StoredArtifact> StoreArtifacts::PublishAny(const std::string& local_path,
                                                          std::string_view uri, Sharing sharing) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  PENSTOCK_TRY(const store::PutOptions options, OptionsFor(place.bucket));
  // What is not stored as it is has to be copied.
  if (options.encryption.kind != store::EncryptionKind::kNone) sharing = Sharing::kCopies;
  std::error_code ignored;
  if (!std::filesystem::is_directory(local_path, ignored)) {
    if (sharing == Sharing::kLinks && local_ != nullptr) {
      PENSTOCK_TRY(auto size, local_->AdoptSoon(place.bucket, place.key, local_path, late_digest_));
      if (size) return engine::StoredArtifact{*size, false, std::string(kPending)};
    }
    return PublishFile(local_path, place, sharing);
  }
  return PublishWhole(local_path, place, sharing);
}

struct StoreArtifacts::Directory {
  Sharing sharing;
  bool late = false;  // files may be stored before their digests are known
  engine::StoredArtifact stored = {};
  ContentManifest manifest = {};
};

Result<engine::StoredArtifact> StoreArtifacts::PublishWhole(const std::string& local_path,
                                                            const ArtifactPlace& place,
                                                            Sharing sharing) {
  const FolderContents contents = LookInto(local_path);
  // What a link stands for has to be there still when its turn comes.
  Directory directory{contents.links ? Sharing::kCopies : sharing};
  directory.stored.directory = true;
  directory.late =
      local_ != nullptr && directory.sharing == Sharing::kLinks && contents.bytes >= late_digest_;
  PENSTOCK_RETURN_IF_ERROR(PublishBelow(local_path, place, "", directory));
  if (directory.stored.content != kPending) directory.stored.content = directory.manifest.Text();
  return std::move(directory.stored);
}

Result<engine::StoredArtifact> StoreArtifacts::PublishFile(const std::string& local_path,
                                                           const ArtifactPlace& place,
                                                           Sharing sharing) {
  if (sharing == Sharing::kLinks && local_ != nullptr) {
    PENSTOCK_TRY(auto adopted, local_->AdoptFile(place.bucket, place.key, local_path, {}));
    if (adopted) {
      engine::StoredArtifact stored;
      stored.size = adopted->size;
      uint64_t budget = kMostContentRead;  // as Describe() has it
      stored.content = ContentOf(store_, place.bucket, *adopted, budget);
      return stored;
    }
  }
  PENSTOCK_TRY(auto file, files_.OpenForRead(local_path));
  engine::StoredArtifact stored;
  PENSTOCK_TRY(stored.size, file->Size());
  FileSource source(*file, stored.size);
  PENSTOCK_TRY(const store::PutOptions options, OptionsFor(place.bucket));
  PENSTOCK_RETURN_IF_ERROR(store_.PutObject(place.bucket, place.key, source, options));
  stored.content = source.content();
  return stored;
}

Status StoreArtifacts::PublishBelow(const std::string& local_path, const ArtifactPlace& place,
                                    const std::string& relative, Directory& directory) {
  PENSTOCK_TRY(auto entries, files_.List(local_path));
  for (const sys::DirectoryEntry& entry : entries) {
    const std::string path = local_path + "/" + entry.name;
    const std::string name = relative.empty() ? entry.name : relative + "/" + entry.name;
    const ArtifactPlace own = Below(place, entry.name);
    if (entry.is_directory) {
      PENSTOCK_RETURN_IF_ERROR(PublishBelow(path, own, name, directory));
      continue;
    }
    std::optional<uint64_t> taken;
    if (directory.late) {
      PENSTOCK_TRY(taken, local_->AdoptSoon(own.bucket, own.key, path, kLateInDirectory));
    }
    if (taken) {
      directory.stored.size += *taken;
      directory.stored.content = kPending;
      continue;
    }
    PENSTOCK_TRY(auto stored, PublishFile(path, own, directory.sharing));
    directory.manifest.Add(name, stored.content);
    directory.stored.size += stored.size;
  }
  return {};
}

// Without waiting for what are to be objects.
Result<store::ListPage> StoreArtifacts::ListNow(const std::string& bucket,
                                                const store::ListOptions& options) {
  return local_ != nullptr ? local_->ListWhole(bucket, options)
                           : store_.ListObjects(bucket, options);
}

Status StoreArtifacts::Write(std::string_view uri, std::string_view bytes) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  base::StringSource source(bytes);
  PENSTOCK_TRY(const store::PutOptions options, OptionsFor(place.bucket));
  PENSTOCK_RETURN_IF_ERROR(store_.PutObject(place.bucket, place.key, source, options));
  return {};
}

Status StoreArtifacts::Read(std::string_view uri, base::ByteSink& sink) {
  auto whole = [](const File& file) -> Result<Part> { return Part{0, file.size}; };
  return ReadPart(uri, whole, sink);
}

Status StoreArtifacts::ReadPart(std::string_view uri, const ChoosePart& choose,
                                base::ByteSink& sink) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  PENSTOCK_TRY(auto reader, store_.OpenObject(place.bucket, place.key));
  PENSTOCK_TRY(Part part, choose({reader->info().size, reader->info().etag}));
  return reader->Read(part.begin, part.end - part.begin, sink);
}

Result<bool> StoreArtifacts::Exists(std::string_view uri) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  if (local_ != nullptr && (local_->PendingSize(place.bucket, place.key) ||
                            !local_->PendingSizes(place.bucket, place.key + "/").empty())) {
    return true;
  }
  auto object = store_.GetObjectInfo(place.bucket, place.key);
  if (object && !object->delete_marker) return true;
  if (!object && object.error().code() != Code::kNotFound) return Fail(object.error());
  store::ListOptions options;
  options.prefix = place.key + "/";
  options.max_entries = 1;
  auto page = store_.ListObjects(place.bucket, options);
  if (!page && page.error().code() == Code::kNotFound) return false;
  if (!page) return Fail(page.error());
  return !page->objects.empty();
}

Result<engine::StoredArtifact> StoreArtifacts::Describe(std::string_view uri) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  if (local_ != nullptr) {
    if (auto size = local_->PendingSize(place.bucket, place.key)) {
      return engine::StoredArtifact{*size, false, std::string(kPending)};
    }
    // How much a directory comes to is known when it is whole.
    if (!local_->PendingSizes(place.bucket, place.key + "/").empty()) {
      return engine::StoredArtifact{0, true, std::string(kPending)};
    }
  }
  return DescribeStored(store_, place.bucket, place.key);
}

// `done` may be called when this object has gone, but not when the store has.
void StoreArtifacts::WhenWhole(std::string_view uri,
                               std::function<void(Result<engine::StoredArtifact>)> done) {
  auto place = ParseArtifactUri(uri);
  if (!place) return done(Fail(std::move(place).error()));
  if (local_ == nullptr) return done(DescribeStored(store_, place->bucket, place->key));
  auto tell = [&store = store_, &local = *local_, place = *place,
               done = std::move(done)](Status adopted) {
    done(adopted ? DescribeLate(store, local, place.bucket, place.key)
                 : Fail(std::move(adopted).error()));
  };
  if (local_->PendingSizes(place->bucket, place->key + "/").empty()) {
    local_->WhenAdopted(place->bucket, place->key, std::move(tell));
  } else {
    local_->WhenAllAdopted(place->bucket, place->key + "/", std::move(tell));
  }
}

Result<uint64_t> StoreArtifacts::Remove(std::string_view uri,
                                        const std::vector<std::string>& keep) {
  PENSTOCK_TRY(ArtifactPlace place, ParseArtifactUri(uri));
  if (place.key.empty()) {
    return Fail(Code::kInvalidArgument, "a whole bucket is not removed as an artifact");
  }
  std::vector<std::string> kept;
  for (const std::string& address : keep) {
    auto other = ParseArtifactUri(address);
    if (other && other->bucket == place.bucket) kept.push_back(other->key);
  }
  auto below = [](const std::string& key, const std::string& top) {
    return key == top || key.starts_with(top + "/");
  };
  uint64_t locked = 0;
  store::ListVersionsOptions options;
  options.prefix = place.key;
  while (true) {
    auto page = store_.ListVersions(place.bucket, options);
    if (!page && page.error().code() == Code::kNotFound) return locked;
    if (!page) return Fail(std::move(page).error());
    std::vector<store::DeleteTarget> targets;
    for (const store::ObjectInfo& version : page->versions) {
      const bool stays = std::any_of(kept.begin(), kept.end(), [&](const std::string& top) {
        return below(version.key, top);
      });
      if (stays || !below(version.key, place.key)) continue;
      store::DeleteTarget target;
      target.key = version.key;
      target.version_id = version.version_id;
      targets.push_back(std::move(target));
    }
    if (!targets.empty()) {
      PENSTOCK_TRY(auto outcomes, store_.DeleteObjects(place.bucket, targets));
      for (const store::DeleteOutcome& outcome : outcomes) {
        if (outcome.status) continue;
        if (outcome.status.error().reason() != store::reason::kObjectLocked) {
          return Fail(outcome.status.error());
        }
        ++locked;
      }
    }
    if (!page->truncated) return locked;
    options.key_marker = page->next_key_marker;
    options.version_marker = page->next_version_marker;
  }
}

}  // namespace penstock::server
