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
  // After a failure any part of the bytes may be in the file.
  virtual base::Status WriteAt(uint64_t offset, std::string_view bytes) = 0;
  virtual base::Status Sync() = 0;  // data and size are on disk when this returns
  virtual base::Result<uint64_t> Size() = 0;
  // Asks for written bytes to be sent to the disk soon, so that a later Sync() has less to wait
  // for. Promises nothing and cannot fail.
  virtual void StartWriteback(uint64_t /*offset*/, uint64_t /*length*/) {}
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
};

// Of the drive that a path is on.
struct DriveSpace {
  uint64_t total = 0;
  uint64_t available = 0;  // to this process
};

// The part of the operating system that storage code uses, so that tests can fail, tear and fill
// it. Errors: kNotFound, kAlreadyExists, kResourceExhausted (disk full, quota or file size limit),
// kUnavailable (out of file descriptors), kPermissionDenied (also a read-only mount), kInternal;
// messages name the path. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // A new file, for reading and writing, of its owner only (0600).
  virtual base::Result<std::unique_ptr<File>> Create(const std::string& path) = 0;
  virtual base::Result<std::unique_ptr<File>> OpenForRead(const std::string& path) = 0;
  virtual base::Status MakeDirectories(const std::string& path) = 0;  // fine where it exists
  virtual base::Result<std::vector<DirectoryEntry>> List(const std::string& path) = 0;
  virtual base::Status Rename(const std::string& from, const std::string& to) = 0;  // replaces
  virtual base::Status Remove(const std::string& path) = 0;  // a file; kNotFound where absent
  virtual base::Status SyncDirectory(const std::string& path) = 0;  // makes names durable
  virtual bool Exists(const std::string& path) = 0;
  virtual base::Result<DriveSpace> Space(const std::string& path) = 0;
  // Whether a file system of its own is mounted at that directory.
  virtual bool IsMountPoint(const std::string& /*path*/) { return false; }
};

// The real one.
std::unique_ptr<FileSystem> MakePosixFileSystem();

// The whole file, or kResourceExhausted where it is larger than the limit.
base::Result<std::string> ReadFile(FileSystem& files, const std::string& path, size_t limit);
// Replaces a file by a temporary one beside it ("<path>.new"), durably: after a crash the old or
// the new text is there, never a part of it.
base::Status WriteFileAtomically(FileSystem& files, const std::string& path, std::string_view text);
// What is before the last '/': "a" for "a/b", "/" for "/a", "." for "a".
std::string ParentDirectory(const std::string& path);

}  // namespace penstock::sys
