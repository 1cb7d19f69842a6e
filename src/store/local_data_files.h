// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/data_files.h"
#include "store/records.h"
#include "sys/file_system.h"

namespace penstock::store {

// A file of somebody else's that was made a data file.
struct AdoptedFile {
  std::unique_ptr<DataFileWriter> file;  // finished
  FileRecord record;
  std::string etag;  // see DigestFile()
};

// Data files that hold nothing but an object's bytes, so that they can be handed on as they are.
// Thread-safe.
class LocalDataFiles {
 public:
  virtual ~LocalDataFiles() = default;
  // Makes a plain file of at least that many bytes a data file by moving it, durably. No value, and
  // nothing has changed, where it cannot be moved or might still be written to
  // (sys::FileHandover::TakeOver).
  virtual base::Result<std::optional<AdoptedFile>> Adopt(uint64_t id, const std::string& path,
                                                         uint64_t least) = 0;
  // The same in steps. The file that was moved; it is not durable yet.
  struct TakenFile {
    std::unique_ptr<sys::File> file;
    uint64_t size = 0;
  };
  virtual base::Result<std::optional<TakenFile>> TakeIn(uint64_t id, const std::string& path,
                                                        uint64_t least) = 0;
  virtual base::Status SyncTaken(uint64_t id, TakenFile& taken) = 0;
  // Reads it, also one that an earlier process has taken; kCancelled where it is told to stop
  // meanwhile. The file is removed with what is returned, unless that is kept.
  virtual base::Result<AdoptedFile> Digest(uint64_t id, const std::atomic<bool>& stop) = 0;
  virtual base::Result<bool> LinkTaken(uint64_t id, const std::string& path) = 0;
  virtual void Drop(uint64_t id) = 0;
  // Makes `path` another name of a data file, each block of which was verified in this process;
  // whoever gets it must not write to it. False where that is not possible.
  virtual base::Result<bool> LinkTo(uint64_t id, const FileRecord& record,
                                    const std::string& path) = 0;
};

}  // namespace penstock::store
