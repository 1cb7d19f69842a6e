// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sys/file_system.h"

namespace penstock::sys {

// For tests: passes everything on to another, which outlives it; what is to differ is overridden.
class ForwardingFileSystem : public FileSystem {
 public:
  explicit ForwardingFileSystem(FileSystem& base) : base_(base) {}

  base::Result<std::unique_ptr<File>> Create(const std::string& path) override {
    return base_.Create(path);
  }
  base::Result<std::unique_ptr<File>> OpenForRead(const std::string& path) override {
    return base_.OpenForRead(path);
  }
  base::Status MakeDirectories(const std::string& path) override {
    return base_.MakeDirectories(path);
  }
  base::Result<std::vector<DirectoryEntry>> List(const std::string& path) override {
    return base_.List(path);
  }
  base::Status Rename(const std::string& from, const std::string& to) override {
    return base_.Rename(from, to);
  }
  base::Status Remove(const std::string& path) override { return base_.Remove(path); }
  base::Status SyncDirectory(const std::string& path) override { return base_.SyncDirectory(path); }
  bool Exists(const std::string& path) override { return base_.Exists(path); }
  base::Result<DriveSpace> Space(const std::string& path) override { return base_.Space(path); }

 protected:
  FileSystem& base_;
};

}  // namespace penstock::sys
