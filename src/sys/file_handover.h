// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "sys/file_system.h"

namespace penstock::sys {

// Handing whole files on without copying them: what a file system may be able to do besides.
// Errors are as a FileSystem's. Thread-safe.
class FileHandover {
 public:
  virtual ~FileHandover() = default;
  // Gives a file a second name, where nothing is. kFailedPrecondition where it cannot have one:
  // names on another file system, or one that knows no links.
  virtual base::Status Link(const std::string& from, const std::string& to) = 0;
  // Moves a plain file to where nothing is, and opens it for reading. From then on only processes
  // with root's rights can open it for writing, where we are root: it belongs to a user that nobody
  // is (0644); else it is ours alone (0600). kFailedPrecondition, and nothing has changed, where
  // others might still change it (somebody has it open for writing, it has another name or another
  // owner), or where it would have to be copied.
  virtual base::Result<std::unique_ptr<File>> TakeOver(const std::string& from,
                                                       const std::string& to) = 0;
};

// Of that file system; null where it cannot.
inline FileHandover* HandoverOf(FileSystem& files) { return dynamic_cast<FileHandover*>(&files); }

}  // namespace penstock::sys
