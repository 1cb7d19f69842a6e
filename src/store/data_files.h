// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "store/records.h"
#include "store/space_reserve.h"
#include "sys/file_system.h"

namespace penstock::store {

// A data file being written. What is not kept is removed on destruction.
class DataFileWriter {
 public:
  DataFileWriter(const DataFileWriter&) = delete;
  DataFileWriter& operator=(const DataFileWriter&) = delete;
  ~DataFileWriter();

  uint64_t id() const { return id_; }
  // One block: exactly block_size bytes, or fewer in the last one.
  base::Status Append(std::string_view block);
  // Makes bytes and name durable, and gives the row that the index needs for the file.
  base::Result<FileRecord> Finish();
  // The file stays: whoever asks answers for it from now on.
  void Keep() { kept_ = true; }

 private:
  friend class DataFiles;
  DataFileWriter(class DataFiles& owner, uint64_t id, std::unique_ptr<sys::File> file,
                 size_t block_size);

  DataFiles& owner_;
  uint64_t id_;
  std::unique_ptr<sys::File> file_;
  FileRecord record_;
  uint64_t written_back_ = 0;
  bool kept_ = false;
};

// The files under data/ that hold the bytes of large objects and of parts, nothing but those bytes,
// so that a file can be handed on as it is. Named by number: data/<last byte>/<16 hex digits>.
// Thread-safe.
class DataFiles {
 public:
  // All must outlive this object and its writers.
  DataFiles(sys::FileSystem& files, std::string directory, size_t block_size,
            const SpaceReserve& reserve, base::Logger& logger);

  base::Status MakeDirectories();
  base::Result<std::unique_ptr<DataFileWriter>> Create(uint64_t id);
  base::Result<std::unique_ptr<sys::File>> Open(uint64_t id);
  // What cannot be removed is logged and left to the sweep at the next start.
  void Remove(const std::vector<uint64_t>& ids);

  static constexpr int kShards = 256;
  // The ids of the files of one shard; other names are left out.
  base::Result<std::vector<uint64_t>> List(int shard);
  std::string PathOf(uint64_t id) const;
  size_t block_size() const { return block_size_; }

 private:
  friend class DataFileWriter;
  std::string ShardPath(int shard) const;

  sys::FileSystem& files_;
  std::string directory_;
  size_t block_size_;
  const SpaceReserve& reserve_;
  base::Logger& logger_;
};

// Reads a data file block by block and verifies each.
class DataFileReader {
 public:
  DataFileReader(std::unique_ptr<sys::File> file, FileRecord record);

  // Sends bytes [offset, offset+length), which must be within the file. kDataLoss where a block
  // does not match its checksum; nothing of that block is sent.
  base::Status Read(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                    base::ByteSink& sink);

 private:
  base::Result<std::string_view> ReadBlock(uint64_t block, std::vector<char>& buffer);

  std::unique_ptr<sys::File> file_;
  FileRecord record_;
};

}  // namespace penstock::store
