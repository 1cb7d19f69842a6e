// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sys/file_handover.h"
#include "sys/file_system.h"

namespace penstock::sys {

enum class FileOperation { kCreate, kOpen, kRead, kWrite, kSync, kRename, kRemove, kSyncDirectory };

// Wraps a file system for tests: fails chosen operations, fills up, tears writes, and loses power.
// Remembers what was synced, so that RestorePower() can bring the files to the worst state that the
// promises of fsync allow. Files written through it must be changed through it alone. Thread-safe.
class FaultFileSystem final : public FileSystem, public FileHandover {
 public:
  // The base must outlive this object and every file opened here.
  explicit FaultFileSystem(FileSystem& base);
  ~FaultFileSystem() override;

  // The nth operation of that kind from now (1: the next) fails with the code; a write then leaves
  // half of its bytes. One fault a kind; a later call replaces an earlier one.
  void FailNth(FileOperation operation, int nth, base::Code code = base::Code::kInternal);
  void ClearFaults();
  // How many operations of that kind have been asked for since construction.
  int Count(FileOperation operation) const;

  // Writes beyond that many more bytes fail as on a full disk, the last one after writing what
  // fits. No value: no limit.
  void LimitSpace(std::optional<uint64_t> bytes);

  // From now on every operation fails with kUnavailable, on open files too.
  void CutPower();
  // Undoes everything that was not synced (bytes, names made, renamed or removed), as a machine
  // that lost its power may, and lets operations through again, for files opened before too:
  // destroy the code under test first.
  base::Status RestorePower();

  base::Result<std::unique_ptr<File>> Create(const std::string& path) override;
  base::Result<std::unique_ptr<File>> OpenForRead(const std::string& path) override;
  base::Status MakeDirectories(const std::string& path) override;
  base::Result<std::vector<DirectoryEntry>> List(const std::string& path) override;
  base::Status Rename(const std::string& from, const std::string& to) override;
  base::Status Remove(const std::string& path) override;
  base::Status Link(const std::string& from, const std::string& to) override;
  base::Result<std::unique_ptr<File>> TakeOver(const std::string& from,
                                               const std::string& to) override;
  base::Status SyncDirectory(const std::string& path) override;
  bool Exists(const std::string& path) override;
  base::Result<DriveSpace> Space(const std::string& path) override;
  bool IsMountPoint(const std::string& path) override { return base_.IsMountPoint(path); }

 private:
  class FaultFile;
  struct Fault {
    int remaining;
    base::Code code;
  };
  // A change of names that is not durable yet, with what it takes to undo it.
  struct NameChange {
    enum class Kind { kMade, kRemoved, kRenamed } kind;
    std::string path;                        // made, removed, or the new name
    std::string from;                        // the old name, where renamed
    std::optional<std::string> lost;         // the text of what was removed or renamed over
    std::vector<std::string> unsynced_dirs;  // durable once all of these are synced
  };

  base::Status Admit(FileOperation operation, const std::string& path);
  // How many of these bytes fit the disk; the limit is charged with them.
  uint64_t TakeSpace(uint64_t bytes);
  // Keeps the durable text of a file about to be changed; call with the lock held.
  base::Status RememberSynced(const std::string& path, File& file);
  // What the file would hold after a power loss now; call with the lock held.
  base::Result<std::string> SyncedText(const std::string& path);
  base::Status WriteWhole(const std::string& path, const std::string& text);
  base::Status Undo(const NameChange& change);

  FileSystem& base_;
  mutable std::mutex mutex_;
  bool power_ = true;
  std::map<FileOperation, Fault> faults_;
  std::map<FileOperation, int> counts_;
  std::optional<uint64_t> space_;
  std::vector<NameChange> changes_;              // oldest first
  std::map<std::string, std::string> unsynced_;  // path -> the text it had when last synced
};

}  // namespace penstock::sys
