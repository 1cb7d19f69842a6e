// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/await_data_files.h"
#include "store/local_objects.h"
#include "store/test_store.h"

namespace penstock::store {

// A new local file of these bytes, where a store of this process can probably take it over.
inline std::string MakeLocalFile(const std::string& bytes) {
  static TestDirectory directory;
  static std::atomic<int> number = 0;
  const std::string path = directory.path() + "/local-" + std::to_string(number++);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// One change of a bucket, as crash tests make and remember it.
struct Change {
  enum Kind : char {
    kPut = 'P',
    kUpload = 'U',
    kDelete = 'D',
    kAdopt = 'A',
    kAdoptSoon = 'S'
  } kind = kPut;
  std::string key;
  uint64_t seed = 0;
  size_t size = 0;

  // Anything a store does to a key, chosen by a number; sizes are around those where its ways part
  // (inline limit 4096, blocks of 1024, removed in the background from 1 MiB).
  static Change Choose(std::string key, uint64_t choice) {
    constexpr size_t kSizes[] = {0, 1, 500, 4095, 4096, 5000, 20'000, 1'100'000};
    Change change{kPut, std::move(key), choice, kSizes[choice / 8 % 8]};
    if (choice % 8 == 0) change.kind = kDelete;
    if (choice % 8 == 1) change.kind = kUpload;
    if (choice % 8 == 2) change.kind = kAdopt;
    if (choice % 8 == 3) change.kind = kAdoptSoon;
    return change;
  }

  base::Status Apply(ObjectStore& store) const {
    if (kind == kDelete) return DeleteKeys(store, "bucket", {key});
    std::string bytes = MakeBytes(seed, size);
    base::StringSource source(bytes);
    if (kind == kAdopt) {
      const std::string path = MakeLocalFile(bytes);
      auto adopted = LocalObjectsOf(store)->AdoptFile("bucket", key, path, {});
      std::filesystem::remove(path);
      if (!adopted) return base::Fail(std::move(adopted).error());
      if (*adopted) return {};
    }
    if (kind == kAdoptSoon) {
      const std::string path = MakeLocalFile(bytes);
      auto taken = LocalObjectsOf(store)->AdoptSoon("bucket", key, path, 0);
      std::filesystem::remove(path);
      if (!taken) return base::Fail(std::move(taken).error());
      if (*taken) return {};
    }
    if (kind == kPut || kind == kAdopt || kind == kAdoptSoon) {
      PENSTOCK_RETURN_IF_ERROR(store.PutObject("bucket", key, source, {}));
      return {};
    }
    PENSTOCK_TRY(std::string upload, store.CreateUpload("bucket", key, {}));
    PENSTOCK_TRY(PartInfo part, store.PutPart("bucket", key, upload, 1, source, {}));
    PENSTOCK_RETURN_IF_ERROR(store.CompleteUpload("bucket", key, upload, {{1, part.etag}}, {}));
    return {};
  }

  std::string Format() const {
    return std::string(1, kind) + " " + key + " " + std::to_string(seed) + " " +
           std::to_string(size);
  }
  static Change Parse(std::istream& line) {
    Change change;
    char kind = 0;
    line >> kind >> change.key >> change.seed >> change.size;
    change.kind = static_cast<Kind>(kind);
    return change;
  }
};

// What a bucket must hold after a crash: of each key the last acknowledged change, or one that was
// begun after it and not acknowledged, whole.
class StoreModel {
 public:
  void Begin(const Change& change) { keys_[change.key].begun.push_back(change); }
  void Acknowledge(const std::string& key) {
    Key& state = keys_[key];
    state.now = state.begun.back();
    state.begun.clear();
  }

  // Compares, and takes what is there for what must be from now on, unless that is not settled yet.
  void Check(ObjectStore& store, size_t inline_limit, const std::string& directory,
             bool settled = true) {
    size_t files = 0;
    for (auto& [key, state] : keys_) {
      std::vector<std::optional<Change>> allowed = {state.now};
      allowed.insert(allowed.end(), state.begun.begin(), state.begun.end());
      auto found = std::find_if(allowed.begin(), allowed.end(),
                                [&](const auto& change) { return Matches(store, key, change); });
      ASSERT_NE(found, allowed.end())
          << key << " is " << Describe(store, key) << " and none of " << allowed.size()
          << " states; acknowledged is " << (state.now ? state.now->Format() : "none");
      std::optional<Change> actual = *found;
      if (actual && actual->kind != Change::kDelete &&
          (actual->size >= inline_limit || actual->kind == Change::kUpload)) {
        ++files;
      }
      if (!settled) continue;
      state.now = actual;
      state.begun.clear();
    }
    EXPECT_EQ(Format(store.GetUsage("bucket").value()), Format(CountByListing(store, "bucket")));
    auto uploads = store.ListUploads("bucket", "", "", "", 1000);
    ASSERT_TRUE(uploads);
    for (const UploadInfo& upload : *uploads) {
      files += store.ListParts("bucket", upload.key, upload.upload_id, 0, 1000)->size();
    }
    EXPECT_TRUE(AwaitDataFiles(directory, files))
        << "orphans, or lost files: " << CountDataFiles(directory) << " and not " << files;
  }

 private:
  struct Key {
    std::optional<Change> now;
    std::vector<Change> begun;
  };

  static std::string Describe(ObjectStore& store, const std::string& key) {
    auto reader = store.OpenObject("bucket", key);
    if (!reader) return reader.error().message();
    base::StringSink sink;
    base::Status read = (*reader)->Read(0, (*reader)->info().size, sink);
    return std::to_string(sink.text().size()) + " bytes" +
           (read ? "" : ", " + read.error().message());
  }

  static bool Matches(ObjectStore& store, const std::string& key,
                      const std::optional<Change>& change) {
    auto reader = store.OpenObject("bucket", key);
    if (!reader && reader.error().reason() == reason::kNoSuchKey) {
      return !change || change->kind == Change::kDelete;
    }
    if (!reader || !change || change->kind == Change::kDelete) return false;
    if ((*reader)->info().part_sizes.empty() == (change->kind == Change::kUpload)) return false;
    base::StringSink sink;
    if (!(*reader)->Read(0, (*reader)->info().size, sink)) return false;
    return sink.text() == MakeBytes(change->seed, change->size);
  }

  std::map<std::string, Key> keys_;
};

}  // namespace penstock::store
