// SPDX-License-Identifier: Apache-2.0
#include "sys/fault_file_system.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sys/direct_file.h"

namespace penstock::sys {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Passes on to the base's file what the faults let through.
class FaultFileSystem::FaultFile final : public File, public DirectFile {
 public:
  FaultFile(FaultFileSystem& owner, std::unique_ptr<File> file, std::string path)
      : owner_(owner), file_(std::move(file)), path_(std::move(path)) {}

  Status ReadAt(uint64_t offset, std::span<char> buffer) override {
    PENSTOCK_RETURN_IF_ERROR(owner_.Admit(FileOperation::kRead, path_));
    return file_->ReadAt(offset, buffer);
  }

  Status WriteAt(uint64_t offset, std::string_view bytes) override {
    std::string_view fitting = bytes;
    Status admitted = owner_.Admit(FileOperation::kWrite, path_);
    if (!admitted && admitted.error().code() == Code::kUnavailable) return admitted;
    if (!admitted) fitting = bytes.substr(0, bytes.size() / 2);
    {
      std::lock_guard lock(owner_.mutex_);
      PENSTOCK_RETURN_IF_ERROR(owner_.RememberSynced(path_, *file_));
      fitting = fitting.substr(0, owner_.TakeSpace(fitting.size()));
    }
    PENSTOCK_RETURN_IF_ERROR(file_->WriteAt(offset, fitting));
    if (!admitted) return admitted;
    if (fitting.size() < bytes.size()) {
      return Fail(Code::kResourceExhausted, "write " + path_ + ": the disk is full (injected)");
    }
    return {};
  }

  // Each piece is an operation.
  Result<bool> WriteDirectly(uint64_t offset, std::span<const std::string_view> pieces) override {
    for (std::string_view piece : pieces) {
      PENSTOCK_RETURN_IF_ERROR(WriteAt(offset, piece));
      offset += piece.size();
    }
    return true;
  }

  Status Sync() override {
    PENSTOCK_RETURN_IF_ERROR(owner_.Admit(FileOperation::kSync, path_));
    PENSTOCK_RETURN_IF_ERROR(file_->Sync());
    std::lock_guard lock(owner_.mutex_);
    owner_.unsynced_.erase(path_);
    return {};
  }

  Result<uint64_t> Size() override { return file_->Size(); }

 private:
  FaultFileSystem& owner_;
  std::unique_ptr<File> file_;
  std::string path_;
};

FaultFileSystem::FaultFileSystem(FileSystem& base) : base_(base) {}
FaultFileSystem::~FaultFileSystem() = default;

void FaultFileSystem::FailNth(FileOperation operation, int nth, Code code) {
  std::lock_guard lock(mutex_);
  faults_.insert_or_assign(operation, Fault{nth, code});
}

void FaultFileSystem::ClearFaults() {
  std::lock_guard lock(mutex_);
  faults_.clear();
}

int FaultFileSystem::Count(FileOperation operation) const {
  std::lock_guard lock(mutex_);
  auto found = counts_.find(operation);
  return found == counts_.end() ? 0 : found->second;
}

void FaultFileSystem::LimitSpace(std::optional<uint64_t> bytes) {
  std::lock_guard lock(mutex_);
  space_ = bytes;
}

void FaultFileSystem::CutPower() {
  std::lock_guard lock(mutex_);
  power_ = false;
}

Status FaultFileSystem::RestorePower() {
  std::lock_guard lock(mutex_);
  for (const auto& [path, text] : unsynced_) {
    if (base_.Exists(path)) PENSTOCK_RETURN_IF_ERROR(WriteWhole(path, text));
  }
  unsynced_.clear();
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
    PENSTOCK_RETURN_IF_ERROR(Undo(*change));
  }
  changes_.clear();
  power_ = true;
  return {};
}

Status FaultFileSystem::Admit(FileOperation operation, const std::string& path) {
  std::lock_guard lock(mutex_);
  if (!power_) return Fail(Code::kUnavailable, path + ": no power (injected)");
  ++counts_[operation];
  auto fault = faults_.find(operation);
  if (fault == faults_.end() || --fault->second.remaining > 0) return {};
  Code code = fault->second.code;
  faults_.erase(fault);
  return Fail(code, path + ": failed on purpose (injected)");
}

uint64_t FaultFileSystem::TakeSpace(uint64_t bytes) {
  if (!space_) return bytes;
  uint64_t taken = std::min(bytes, *space_);
  *space_ -= taken;
  return taken;
}

Status FaultFileSystem::RememberSynced(const std::string& path, File& file) {
  if (unsynced_.count(path) != 0) return {};
  PENSTOCK_TRY(uint64_t size, file.Size());
  std::string text(size, '\0');
  PENSTOCK_RETURN_IF_ERROR(file.ReadAt(0, text));
  unsynced_.emplace(path, std::move(text));
  return {};
}

Result<std::string> FaultFileSystem::SyncedText(const std::string& path) {
  auto known = unsynced_.find(path);
  if (known != unsynced_.end()) return known->second;
  return ReadFile(base_, path, std::numeric_limits<size_t>::max());
}

Status FaultFileSystem::WriteWhole(const std::string& path, const std::string& text) {
  if (base_.Exists(path)) PENSTOCK_RETURN_IF_ERROR(base_.Remove(path));
  PENSTOCK_TRY(std::unique_ptr<File> file, base_.Create(path));
  return file->WriteAt(0, text);
}

Status FaultFileSystem::Undo(const NameChange& change) {
  switch (change.kind) {
    case NameChange::Kind::kMade:
      return base_.Remove(change.path);
    case NameChange::Kind::kRemoved:
      return WriteWhole(change.path, *change.lost);
    case NameChange::Kind::kRenamed:
      PENSTOCK_RETURN_IF_ERROR(base_.Rename(change.path, change.from));
      return change.lost ? WriteWhole(change.path, *change.lost) : Status{};
  }
  return {};
}

Result<std::unique_ptr<File>> FaultFileSystem::Create(const std::string& path) {
  PENSTOCK_RETURN_IF_ERROR(Admit(FileOperation::kCreate, path));
  std::lock_guard lock(mutex_);
  PENSTOCK_TRY(std::unique_ptr<File> file, base_.Create(path));
  changes_.push_back({NameChange::Kind::kMade, path, "", std::nullopt, {ParentDirectory(path)}});
  unsynced_.insert_or_assign(path, std::string());
  return std::make_unique<FaultFile>(*this, std::move(file), path);
}

Result<std::unique_ptr<File>> FaultFileSystem::OpenForRead(const std::string& path) {
  PENSTOCK_RETURN_IF_ERROR(Admit(FileOperation::kOpen, path));
  PENSTOCK_TRY(std::unique_ptr<File> file, base_.OpenForRead(path));
  return std::make_unique<FaultFile>(*this, std::move(file), path);
}

// Directories count as durable at once: no code of ours puts a file into a directory that it has
// not synced into its parent, and undoing them would hide which file was lost.
Status FaultFileSystem::MakeDirectories(const std::string& path) {
  {
    std::lock_guard lock(mutex_);
    if (!power_) return Fail(Code::kUnavailable, path + ": no power (injected)");
  }
  return base_.MakeDirectories(path);
}

Result<std::vector<DirectoryEntry>> FaultFileSystem::List(const std::string& path) {
  {
    std::lock_guard lock(mutex_);
    if (!power_) return Fail(Code::kUnavailable, path + ": no power (injected)");
  }
  return base_.List(path);
}

Status FaultFileSystem::Rename(const std::string& from, const std::string& to) {
  PENSTOCK_RETURN_IF_ERROR(Admit(FileOperation::kRename, from));
  std::lock_guard lock(mutex_);
  NameChange change{NameChange::Kind::kRenamed, to, from, std::nullopt, {ParentDirectory(from)}};
  if (ParentDirectory(to) != ParentDirectory(from)) {
    change.unsynced_dirs.push_back(ParentDirectory(to));
  }
  if (base_.Exists(to)) {
    PENSTOCK_TRY(change.lost, SyncedText(to));
  }
  PENSTOCK_RETURN_IF_ERROR(base_.Rename(from, to));
  changes_.push_back(std::move(change));
  unsynced_.erase(to);
  auto moved = unsynced_.extract(from);
  if (!moved.empty()) {
    moved.key() = to;
    unsynced_.insert(std::move(moved));
  }
  return {};
}

Status FaultFileSystem::Remove(const std::string& path) {
  PENSTOCK_RETURN_IF_ERROR(Admit(FileOperation::kRemove, path));
  std::lock_guard lock(mutex_);
  NameChange change{NameChange::Kind::kRemoved, path, "", std::nullopt, {ParentDirectory(path)}};
  if (base_.Exists(path)) {
    PENSTOCK_TRY(change.lost, SyncedText(path));
  }
  PENSTOCK_RETURN_IF_ERROR(base_.Remove(path));
  changes_.push_back(std::move(change));
  unsynced_.erase(path);
  return {};
}

Status FaultFileSystem::Link(const std::string& from, const std::string& to) {
  PENSTOCK_RETURN_IF_ERROR(Admit(FileOperation::kCreate, to));
  std::lock_guard lock(mutex_);
  PENSTOCK_RETURN_IF_ERROR(HandoverOf(base_)->Link(from, to));
  changes_.push_back({NameChange::Kind::kMade, to, "", std::nullopt, {ParentDirectory(to)}});
  return {};
}

// Its bytes were written behind our back, so none of them count as synced.
Result<std::unique_ptr<File>> FaultFileSystem::TakeOver(const std::string& from,
                                                        const std::string& to) {
  PENSTOCK_RETURN_IF_ERROR(Admit(FileOperation::kRename, from));
  std::lock_guard lock(mutex_);
  PENSTOCK_TRY(std::unique_ptr<File> file, HandoverOf(base_)->TakeOver(from, to));
  changes_.push_back({NameChange::Kind::kRenamed, to, from, std::nullopt, {ParentDirectory(to)}});
  unsynced_.insert_or_assign(to, std::string());
  return std::make_unique<FaultFile>(*this, std::move(file), to);
}

Status FaultFileSystem::SyncDirectory(const std::string& path) {
  PENSTOCK_RETURN_IF_ERROR(Admit(FileOperation::kSyncDirectory, path));
  PENSTOCK_RETURN_IF_ERROR(base_.SyncDirectory(path));
  std::lock_guard lock(mutex_);
  for (NameChange& change : changes_) std::erase(change.unsynced_dirs, path);
  std::erase_if(changes_, [](const NameChange& change) { return change.unsynced_dirs.empty(); });
  return {};
}

bool FaultFileSystem::Exists(const std::string& path) { return base_.Exists(path); }

Result<DriveSpace> FaultFileSystem::Space(const std::string& path) {
  PENSTOCK_TRY(DriveSpace space, base_.Space(path));
  std::lock_guard lock(mutex_);
  if (space_) space.available = std::min(space.available, *space_);
  return space;
}

}  // namespace penstock::sys
