// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::sys {

// An open file. Positions are explicit; calls from several threads are fine as long as no two write
// the same place. Closed on destruction.
class File {
 public:
  virtual ~File() = default;
  // Reads exactly buffer.size() bytes at the offset; kOutOfRange where the file ends before.
  virtual base::Status ReadAt(uint64_t offset, std::span<char> buffer) = 0;
  virtual base::Status WriteAt(uint64_t offset, std::string_view bytes) = 0;
  virtual base::Status Sync() = 0;  // data and size are on disk when this returns
  virtual base::Result<uint64_t> Size() = 0;
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
};

// The part of the operating system that storage code uses, so that tests can fail, tear and fill
// it. Errors: kNotFound, kAlreadyExists, kResourceExhausted (disk full), kPermissionDenied,
// kInternal; messages name the path. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual base::Result<std::unique_ptr<File>> Create(const std::string& path) = 0;  // must be new
  virtual base::Result<std::unique_ptr<File>> OpenForRead(const std::string& path) = 0;
  virtual base::Status MakeDirectories(const std::string& path) = 0;  // fine where it exists
  virtual base::Result<std::vector<DirectoryEntry>> List(const std::string& path) = 0;
  virtual base::Status Rename(const std::string& from, const std::string& to) = 0;  // replaces
  virtual base::Status Remove(const std::string& path) = 0;  // a file; kNotFound where absent
  virtual base::Status SyncDirectory(const std::string& path) = 0;  // makes names durable
  virtual bool Exists(const std::string& path) = 0;
};

// The real one.
std::unique_ptr<FileSystem> MakePosixFileSystem();

}  // namespace penstock::sys
