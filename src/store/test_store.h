// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file_sink.h"
#include "base/log.h"
#include "base/random.h"
#include "store/object_store.h"
#include "sys/file_system.h"

// What the tests of this folder share. Not part of the library.
namespace penstock::store {

// Remembers messages, so that tests can wait for one.
class WaitableLogger final : public base::Logger {
 public:
  void Log(base::LogLevel, std::string_view message,
           std::initializer_list<base::LogField>) override {
    std::lock_guard lock(mutex_);
    messages_.emplace_back(message);
    changed_.notify_all();
  }
  // False where the message has not come within ten seconds.
  bool WaitFor(std::string_view message) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] {
      return std::find(messages_.begin(), messages_.end(), message) != messages_.end();
    });
  }
  void Clear() {
    std::lock_guard lock(mutex_);
    messages_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
};

// Bytes that depend on the seed and the place, so that mixed-up blocks are noticed.
inline std::string MakeBytes(uint64_t seed, size_t size) {
  std::string bytes(size, '\0');
  uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
  for (char& c : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    c = static_cast<char>(state >> 56);
  }
  return bytes;
}

// Short enough to be printed: the bytes, or their size and a hash.
inline std::string Brief(const std::string& bytes) {
  if (bytes.size() < 100) return bytes;
  return std::to_string(bytes.size()) + " bytes, hash " +
         std::to_string(std::hash<std::string>()(bytes));
}

inline std::string MessageOf(const base::Status& status) {
  return status ? "ok" : status.error().message();
}

// Deletes the newest versions of these keys; the first failure, if any.
inline base::Status DeleteKeys(ObjectStore& store, std::string_view bucket,
                               const std::vector<std::string>& keys) {
  std::vector<DeleteTarget> targets;
  for (const std::string& key : keys) targets.emplace_back().key = key;
  PENSTOCK_TRY(auto outcomes, store.DeleteObjects(bucket, targets));
  for (DeleteOutcome& outcome : outcomes) PENSTOCK_RETURN_IF_ERROR(std::move(outcome.status));
  return {};
}

// What GetUsage() must say, counted version by version.
inline BucketUsage CountByListing(ObjectStore& store, std::string_view bucket) {
  BucketUsage usage;
  ListVersionsOptions options;
  for (bool more = true; more;) {
    auto page = store.ListVersions(bucket, options);
    if (!page) {
      ADD_FAILURE() << page.error().message();
      break;
    }
    for (const ObjectInfo& version : page->versions) {
      ++(version.delete_marker ? usage.delete_markers : usage.versions);
      if (version.is_latest && !version.delete_marker) ++usage.objects;
      usage.bytes += version.size;
    }
    more = page->truncated;
    options.key_marker = page->next_key_marker;
    options.version_marker = page->next_version_marker;
  }
  return usage;
}

inline std::string Format(const BucketUsage& usage) {
  return std::to_string(usage.objects) + " objects, " + std::to_string(usage.versions) +
         " versions, " + std::to_string(usage.delete_markers) + " markers, " +
         std::to_string(usage.bytes) + " bytes";
}

// Takes `most` bytes at a time, and has no room in between.
class SlowSink final : public base::ByteSink, public base::FileSink {
 public:
  base::Status Write(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  base::Result<std::optional<uint64_t>> WriteFrom(int, uint64_t, uint64_t) override {
    return std::nullopt;
  }
  base::Result<size_t> WriteSome(std::string_view bytes) override {
    largest = std::max(largest, bytes.size());
    text += bytes.substr(0, most);
    return std::min(bytes.size(), most);
  }
  base::Status AwaitRoom() override {
    ++waits;
    if (while_waiting) while_waiting();
    return {};
  }

  size_t most = 10'000;
  std::function<void()> while_waiting;
  std::string text;
  size_t largest = 0;  // that was offered
  int waits = 0;
};

// A directory that goes with the object, or the parent's in a child process; in memory where there
// is room, since what these tests show does not depend on how long a busy disk takes to sync.
class TestDirectory {
 public:
  TestDirectory() {
    if (const char* parents = ::getenv("PENSTOCK_TEST_DIRECTORY")) {
      path_ = parents;
      owned_ = false;
      return;
    }
    auto memory = sys::MakePosixFileSystem()->Space("/dev/shm");
    bool use_memory = memory && memory->available > (uint64_t{512} << 20);
    path_ = (use_memory ? std::string("/dev/shm") : testing::TempDir()) + "/store.XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "no directory at " << path_;
  }
  ~TestDirectory() {
    std::error_code ignored;
    if (owned_) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool owned_ = true;
};

// Data files on the drive at `directory`.
inline size_t CountDataFiles(const std::string& directory) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory + "/data")) {
    if (entry.is_regular_file()) ++count;
  }
  return count;
}

// A store in a fresh directory, with short ways to use it.
class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    options_.directory = directory_.path() + "/drive";
    options_.inline_limit = 4096;
    options_.block_size = 1024;
    options_.cache_bytes = 1 << 20;
  }

  void SetUp() override { Reopen(); }
  void TearDown() override { store_.reset(); }  // before what subclasses give it

  void Reopen() {
    store_.reset();
    logger_.Clear();
    auto store = ObjectStore::Open(options_, file_system(), clock_, random_, logger_);
    ASSERT_TRUE(store) << store.error().message();
    store_ = std::move(*store);
  }

  virtual sys::FileSystem& file_system() { return *posix_; }

  base::Result<ObjectInfo> TryPut(std::string_view key, std::string_view bytes,
                                  const PutOptions& options = {}) {
    base::StringSource source(bytes);
    return store_->PutObject("bucket", key, source, options);
  }
  ObjectInfo Put(std::string_view key, std::string_view bytes) {
    auto info = TryPut(key, bytes);
    EXPECT_TRUE(info) << info.error().message();
    return info ? *info : ObjectInfo{};
  }
  // The bytes, or "<reason>" of the error, or "<code>" where it has no reason. Compare long ones
  // by Brief().
  std::string Get(std::string_view key, std::string_view bucket = "bucket") {
    auto reader = store_->OpenObject(bucket, key);
    if (!reader) return Describe(reader.error());
    return ReadWhole(**reader);
  }
  static std::string ReadWhole(ObjectReader& reader) {
    base::StringSink sink;
    auto read = reader.Read(0, reader.info().size, sink);
    return read ? sink.Take() : Describe(read.error());
  }
  static std::string Describe(const base::Error& error) {
    std::string word =
        error.reason().empty() ? std::string(base::CodeName(error.code())) : error.reason();
    return "<" + word + ">";
  }
  template <typename T>
  static std::string Describe(const base::Result<T>& result) {
    return result ? "ok" : Describe(result.error());
  }

  TestDirectory directory_;
  StoreOptions options_;
  std::unique_ptr<sys::FileSystem> posix_ = sys::MakePosixFileSystem();
  base::FakeClock clock_{base::FromMicros(1'700'000'000'000'000)};
  base::SeededRandom random_{7};
  WaitableLogger logger_;
  std::unique_ptr<ObjectStore> store_;
};

}  // namespace penstock::store
