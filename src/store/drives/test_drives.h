// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iomanip>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "store/await_data_files.h"
#include "store/drive_admin.h"
#include "store/drive_index.h"
#include "store/drives/membership_record.h"
#include "store/drives/sharded_files.h"
#include "store/fault_index_env.h"
#include "store/open_store.h"
#include "store/row_key.h"
#include "store/store_model.h"
#include "store/test_store.h"
#include "sys/fault_file_system.h"

// What the tests of several drives share. Not part of the library.
namespace penstock::store {

// Sends each path to the file system of the drive that it is on.
class RoutedFileSystem final : public sys::FileSystem {
 public:
  explicit RoutedFileSystem(sys::FileSystem& other) : other_(other) {}
  void Route(const std::string& directory, sys::FileSystem& files) {
    routes_.emplace_back(directory, &files);
  }

  base::Result<std::unique_ptr<sys::File>> Create(const std::string& path) override {
    return To(path).Create(path);
  }
  base::Result<std::unique_ptr<sys::File>> OpenForRead(const std::string& path) override {
    return To(path).OpenForRead(path);
  }
  base::Status MakeDirectories(const std::string& path) override {
    return To(path).MakeDirectories(path);
  }
  base::Result<std::vector<sys::DirectoryEntry>> List(const std::string& path) override {
    return To(path).List(path);
  }
  base::Status Rename(const std::string& from, const std::string& to) override {
    return To(from).Rename(from, to);
  }
  base::Status Remove(const std::string& path) override {
    base::Status removed = To(path).Remove(path);
    if (path.ends_with("/PROBE")) ++probes_removed_;
    return removed;
  }
  base::Status SyncDirectory(const std::string& path) override {
    return To(path).SyncDirectory(path);
  }
  bool Exists(const std::string& path) override { return To(path).Exists(path); }
  base::Result<sys::DriveSpace> Space(const std::string& path) override {
    return To(path).Space(path);
  }
  bool IsMountPoint(const std::string& path) override { return mounts_.count(path) != 0; }
  void SetMountPoint(const std::string& path, bool mounted) {
    if (mounted) mounts_.insert(path);
    if (!mounted) mounts_.erase(path);
  }
  // How often somebody has looked whether a drive takes writes, and is done with it.
  int looks() const { return probes_removed_ / 2; }  // before and after

 private:
  sys::FileSystem& To(const std::string& path) {
    for (auto& [directory, files] : routes_) {
      if (path.starts_with(directory + "/") || path == directory) return *files;
    }
    return other_;
  }

  sys::FileSystem& other_;
  std::vector<std::pair<std::string, sys::FileSystem*>> routes_;
  std::set<std::string> mounts_;
  std::atomic<int> probes_removed_{0};
};

// A store on several drives, each with files that can be made to fail.
class DrivesTest : public StoreTest {
 protected:
  explicit DrivesTest(int drives = 4, std::optional<int> parity = std::nullopt) {
    options_.directory.clear();
    options_.drives.check_interval = std::chrono::milliseconds(20);
    options_.drives.parity = parity;
    options_.reserve_bytes = 0;
    for (int i = 0; i < drives; ++i) {
      std::string path = directory_.path() + "/d" + std::to_string(i);
      options_.drives.directories.push_back(path);
      faulty_.push_back(std::make_unique<sys::FaultFileSystem>(*posix_));
      index_files_.push_back(std::make_shared<FaultIndexFiles>());
      envs_.push_back(rocksdb::NewCompositeEnv(index_files_.back()));
      routed_.Route(path, *faulty_.back());
    }
  }
  void SetUp() override {
    OpenDrives();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }

  base::Status TryOpen() {
    store_.reset();
    logger_.Clear();
    auto store = OpenStore(options_, routed_, clock_, random_, logger_,
                           [this](const std::string& directory) { return EnvOf(directory); });
    if (!store) return base::Fail(store.error());
    store_ = std::move(*store);
    return {};
  }
  void OpenDrives() {
    base::Status opened = TryOpen();
    ASSERT_TRUE(opened) << opened.error().message();
  }
  rocksdb::Env* EnvOf(const std::string& directory) {
    for (size_t i = 0; i < envs_.size(); ++i) {
      if (DrivePath(static_cast<int>(i)) == directory) return envs_[i].get();
    }
    return nullptr;
  }

  // Of the drive that was named ith when the store was made, which is its position.
  std::string DrivePath(int i) const { return directory_.path() + "/d" + std::to_string(i); }
  // Away without a trace, as a drive that was pulled out.
  void PullOut(int i) { std::filesystem::rename(DrivePath(i), DrivePath(i) + ".out"); }
  void PutBack(int i) {
    // What is there now may be written to meanwhile.
    std::error_code ignored;
    std::filesystem::rename(DrivePath(i), DrivePath(i) + ".junk", ignored);
    std::filesystem::rename(DrivePath(i) + ".out", DrivePath(i));
    std::filesystem::remove_all(DrivePath(i) + ".junk", ignored);
  }
  // Every write and sync on it fails.
  void CutPower(int i) {
    faulty_[static_cast<size_t>(i)]->CutPower();
    index_files_[static_cast<size_t>(i)]->CutPower();
  }

  static bool WaitUntil(const std::function<bool()>& condition) {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  std::string DescribeDrives() {
    DrivesStatus status = store_->drives().Describe();
    std::ostringstream text;
    text << "writable " << status.writable << ", scan running " << status.heal.running << " "
         << status.heal.progress << ", queued " << status.heal.files_queued << ", beyond repair "
         << status.heal.files_beyond_repair << "\n";
    for (const DriveStatus& drive : status.drives) {
      text << drive.position << " " << DriveStateName(drive.state) << " " << drive.detail
           << " filling " << drive.filling << " errors " << drive.read_errors << "/"
           << drive.write_errors << "\n";
    }
    return text.str();
  }
  DriveStatus StatusOf(int i) { return store_->drives().Describe().drives[static_cast<size_t>(i)]; }
  bool IsInSync(int i) { return StatusOf(i).state == DriveState::kInSync; }
  bool WaitForState(int i, DriveState state) {
    bool reached = WaitUntil([&] { return StatusOf(i).state == state; });
    EXPECT_TRUE(reached) << DriveStateName(StatusOf(i).state) << ": " << StatusOf(i).detail;
    return reached;
  }
  // All drives in sync, with all their shards, and nothing left to heal.
  bool WaitUntilWhole() {
    bool whole = WaitUntil([&] {
      DrivesStatus status = store_->drives().Describe();
      if (status.heal.files_queued != 0) return false;
      return std::all_of(status.drives.begin(), status.drives.end(), [](const DriveStatus& drive) {
        return drive.state == DriveState::kInSync && !drive.filling;
      });
    });
    EXPECT_TRUE(whole) << DescribeDrives();
    return whole;
  }
  // Nobody has the drive's index open, as none may whose files are changed by hand.
  bool WaitUntilIndexIsClosed(int i) {
    return WaitUntil([&] {
      rocksdb::Env& env = *rocksdb::Env::Default();
      rocksdb::FileLock* lock = nullptr;
      if (!env.LockFile(DrivePath(i) + "/index/LOCK", &lock).ok()) return false;
      return env.UnlockFile(lock).ok();
    });
  }

  // A scan of everything, begun and ended; where all drives are there, with what it asked for.
  void HealAll(bool all_there = true) {
    uint64_t before = store_->drives().Describe().heal.scans_finished;
    ASSERT_TRUE(store_->drives().StartHeal());
    ASSERT_TRUE(WaitUntil([&] {
      HealStatus heal = store_->drives().Describe().heal;
      return heal.scans_finished > before && !heal.running;
    })) << DescribeDrives();
    if (all_there) {
      ASSERT_TRUE(WaitUntilWhole());
    }
  }

  // Compares everything that the drives of a closed store have: equal indexes, and of every file
  // all shards, whole.
  void ExpectWhole() {
    store_.reset();
    std::vector<std::map<std::string, std::string>> rows;
    for (size_t i = 0; i < options_.drives.directories.size(); ++i) {
      IndexOptions index_options;
      index_options.directory = DrivePath(static_cast<int>(i)) + "/index";
      auto index = DriveIndex::Open(index_options);
      ASSERT_TRUE(index) << index.error().message();
      auto& own = rows.emplace_back();
      IndexCursor cursor = (*index)->Scan("", "");
      for (; cursor.Valid(); cursor.Next()) {
        if (cursor.row() == row_key::Meta("recovered")) continue;
        auto record = cursor.record();
        ASSERT_TRUE(record) << record.error().message();
        own.emplace(cursor.row(), *record);
      }
      ASSERT_TRUE(cursor.status());
      EXPECT_EQ(rows[0].size(), own.size()) << "drive " << i;
      EXPECT_TRUE(rows[0] == own) << "the index of drive " << i << " differs";
    }
    ExpectShards(rows[0]);
  }

  void ExpectShards(const std::map<std::string, std::string>& rows) {
    auto count = static_cast<int>(options_.drives.directories.size());
    size_t files = 0;
    for (const auto& [row, record] : rows) {
      EXPECT_NE(row[0], 'q') << "a file is still to be healed";
      if (row[0] != 'f') continue;
      ++files;
      FileRecord file = FileRecord::Decode(record).value();
      ShardLayout layout(file);
      for (int shard = 0; shard < count; ++shard) {
        int drive = DriveOfShard(row_key::NumberOf(row), shard, count);
        std::string path = ShardPath(drive, row_key::NumberOf(row));
        std::ifstream stream(path, std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(stream)), {});
        ASSERT_EQ(bytes.size(), layout.ShardFileBytes()) << path;
        for (uint64_t block = 0; block < layout.BlockCount(); ++block) {
          std::string_view part =
              std::string_view(bytes).substr(layout.ShardOffset(block), layout.ShardBytes(block));
          ASSERT_EQ(
              crypto::Crc32c(part),
              file.block_sums[block * static_cast<uint64_t>(count) + static_cast<uint64_t>(shard)])
              << path << " block " << block;
        }
      }
    }
    for (int drive = 0; drive < count; ++drive) {
      EXPECT_TRUE(AwaitDataFiles(DrivePath(drive), files)) << "orphans on drive " << drive;
    }
  }

  std::string ShardPath(int drive, uint64_t file) const {
    std::ostringstream path;
    path << DrivePath(drive) << "/data/" << std::hex << std::setfill('0') << std::setw(2)
         << (file & 0xFF) << "/" << std::setw(16) << file;
    return path.str();
  }
  std::vector<std::string> ShardsOn(int drive) const {
    std::vector<std::string> paths;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(DrivePath(drive) + "/data")) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
    return paths;
  }

  RoutedFileSystem routed_{*posix_};
  std::vector<std::unique_ptr<sys::FaultFileSystem>> faulty_;
  std::vector<std::shared_ptr<FaultIndexFiles>> index_files_;
  std::vector<std::unique_ptr<rocksdb::Env>> envs_;
};

// Flips one bit of a file.
inline void FlipBit(const std::string& path, uint64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  int byte = file.get();
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(static_cast<char>(byte ^ 0x10));
}

}  // namespace penstock::store
