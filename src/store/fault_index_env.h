// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace penstock::store {

// The files of an index on a drive that fills up and loses power, for tests. What sys::
// FaultFileSystem is for data files.
class FaultIndexFiles final : public rocksdb::FileSystemWrapper {
 public:
  FaultIndexFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  static const char* kClassName() { return "FaultIndexFiles"; }
  const char* Name() const override { return kClassName(); }

  // While full, writes fail for want of space.
  void SetFull(bool full);
  // Calls back, outside of any lock, at the nth write or sync from now (1: the next), before it.
  void CallAt(int nth, std::function<void()> callback);
  // While set, no file can be opened for reading.
  void FailReads(bool fail) { fail_reads_ = fail; }
  int failed_reads() const { return failed_reads_; }
  // From now on all writes fail.
  void CutPower();
  // Cuts each file somewhere between what was synced and what was written, which `choose` decides
  // with a number up to the given one, and lets writes through again. Close the index first.
  void RestorePower(const std::function<uint64_t(uint64_t)>& choose);

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  class FaultWritableFile;
  struct Sizes {
    uint64_t written = 0;
    uint64_t synced = 0;
  };
  rocksdb::IOStatus Admit();
  rocksdb::IOStatus AdmitRead();

  std::atomic<bool> fail_reads_{false};
  std::atomic<int> failed_reads_{0};
  std::mutex mutex_;
  bool full_ = false;
  bool power_ = true;
  int until_call_ = 0;
  std::function<void()> callback_;
  std::map<std::string, Sizes> sizes_;
};

}  // namespace penstock::store
