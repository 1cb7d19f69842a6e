// SPDX-License-Identifier: Apache-2.0
#include "store/fault_index_env.h"

#include <filesystem>
#include <utility>

namespace penstock::store {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class FaultIndexFiles::FaultWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultWritableFile(FaultIndexFiles& owner, std::string path,
                    std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), owner_(owner), path_(std::move(path)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return Count(owner_.Admit(), data,
                 [&] { return FSWritableFileOwnerWrapper::Append(data, options, debug); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
    return Count(owner_.Admit(), data,
                 [&] { return FSWritableFileOwnerWrapper::Append(data, options, info, debug); });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Settle(owner_.Admit(), [&] { return FSWritableFileOwnerWrapper::Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Settle(owner_.Admit(),
                  [&] { return FSWritableFileOwnerWrapper::Fsync(options, debug); });
  }

 private:
  template <typename Write>
  IOStatus Count(IOStatus admitted, const Slice& data, Write write) {
    if (!admitted.ok()) return admitted;
    IOStatus written = write();
    std::lock_guard lock(owner_.mutex_);
    owner_.sizes_[path_].written += data.size();
    return written;
  }
  template <typename Sync>
  IOStatus Settle(IOStatus admitted, Sync sync) {
    if (!admitted.ok()) return admitted;
    IOStatus synced = sync();
    std::lock_guard lock(owner_.mutex_);
    Sizes& sizes = owner_.sizes_[path_];
    if (synced.ok()) sizes.synced = sizes.written;
    return synced;
  }

  FaultIndexFiles& owner_;
  std::string path_;
};

void FaultIndexFiles::SetFull(bool full) {
  std::lock_guard lock(mutex_);
  full_ = full;
}

void FaultIndexFiles::CallAt(int nth, std::function<void()> callback) {
  std::lock_guard lock(mutex_);
  until_call_ = nth;
  callback_ = std::move(callback);
}

void FaultIndexFiles::CutPower() {
  std::lock_guard lock(mutex_);
  power_ = false;
}

void FaultIndexFiles::RestorePower(const std::function<uint64_t(uint64_t)>& choose) {
  std::lock_guard lock(mutex_);
  for (const auto& [path, sizes] : sizes_) {
    if (!std::filesystem::exists(path)) continue;
    std::filesystem::resize_file(path, sizes.synced + choose(sizes.written - sizes.synced));
  }
  sizes_.clear();
  power_ = true;
  until_call_ = 0;
}

IOStatus FaultIndexFiles::Admit() {
  std::function<void()> callback;
  {
    std::lock_guard lock(mutex_);
    if (until_call_ > 0 && --until_call_ == 0) callback = std::exchange(callback_, nullptr);
  }
  if (callback) callback();
  std::lock_guard lock(mutex_);
  if (!power_) return IOStatus::IOError("no power (injected)");
  if (full_) return IOStatus::NoSpace("the disk is full (injected)");
  return IOStatus::OK();
}

IOStatus FaultIndexFiles::NewWritableFile(const std::string& path,
                                          const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file,
                                          IODebugContext* debug) {
  {
    std::lock_guard lock(mutex_);
    if (!power_) return IOStatus::IOError("no power (injected)");
  }
  IOStatus made = FileSystemWrapper::NewWritableFile(path, options, file, debug);
  if (!made.ok()) return made;
  *file = std::make_unique<FaultWritableFile>(*this, path, std::move(*file));
  std::lock_guard lock(mutex_);
  sizes_[path] = {};
  return made;
}

IOStatus FaultIndexFiles::AdmitRead() {
  if (!fail_reads_) return IOStatus::OK();
  ++failed_reads_;
  return IOStatus::IOError("unreadable (injected)");
}

IOStatus FaultIndexFiles::NewSequentialFile(const std::string& path,
                                            const rocksdb::FileOptions& options,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                            IODebugContext* debug) {
  IOStatus admitted = AdmitRead();
  if (!admitted.ok()) return admitted;
  return FileSystemWrapper::NewSequentialFile(path, options, file, debug);
}

IOStatus FaultIndexFiles::NewRandomAccessFile(const std::string& path,
                                              const rocksdb::FileOptions& options,
                                              std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                              IODebugContext* debug) {
  IOStatus admitted = AdmitRead();
  if (!admitted.ok()) return admitted;
  return FileSystemWrapper::NewRandomAccessFile(path, options, file, debug);
}

IOStatus FaultIndexFiles::RenameFile(const std::string& from, const std::string& to,
                                     const IOOptions& options, IODebugContext* debug) {
  std::lock_guard lock(mutex_);
  if (!power_) return IOStatus::IOError("no power (injected)");
  IOStatus renamed = FileSystemWrapper::RenameFile(from, to, options, debug);
  auto moved = sizes_.extract(from);
  if (renamed.ok() && !moved.empty()) {
    sizes_.erase(to);
    moved.key() = to;
    sizes_.insert(std::move(moved));
  }
  return renamed;
}

IOStatus FaultIndexFiles::DeleteFile(const std::string& path, const IOOptions& options,
                                     IODebugContext* debug) {
  std::lock_guard lock(mutex_);
  if (!power_) return IOStatus::IOError("no power (injected)");
  sizes_.erase(path);
  return FileSystemWrapper::DeleteFile(path, options, debug);
}

}  // namespace penstock::store
