// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"
#include "store/records.h"

namespace penstock::store {

class IndexBatch;

// A data file being written. What is not kept is removed on destruction.
class DataFileWriter {
 public:
  explicit DataFileWriter(uint64_t id) : id_(id) {}
  DataFileWriter(const DataFileWriter&) = delete;
  DataFileWriter& operator=(const DataFileWriter&) = delete;
  virtual ~DataFileWriter() = default;

  uint64_t id() const { return id_; }
  // One block: exactly block_size bytes, or fewer in the last one. Returns whether it has been
  // taken. If not, the bytes must stay as they are for as long as `keeper` is held.
  virtual base::Result<bool> Append(std::string_view block,
                                    const std::shared_ptr<const void>& keeper) = 0;
  // Makes bytes and name durable, and gives the row that the index needs for the file.
  virtual base::Result<FileRecord> Finish() = 0;
  // The file stays: whoever asks answers for it from now on.
  void Keep() { kept_ = true; }

 protected:
  bool kept() const { return kept_; }

 private:
  uint64_t id_;
  bool kept_ = false;
};

// Reads a data file block by block and verifies each.
class DataFileReader {
 public:
  virtual ~DataFileReader() = default;
  // Sends bytes [offset, offset+length), which must be within the file. kDataLoss where a block
  // does not match its checksum; nothing of that block is sent.
  virtual base::Status Read(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                            base::ByteSink& sink) = 0;
  // Fills the memory with the bytes from `offset` on, likewise, and holds none of it. To go on
  // within a block soon costs little.
  virtual base::Status Fill(uint64_t offset, std::span<char> memory) = 0;
};

// The files that hold the bytes of large objects and of parts, named by number. Thread-safe.
class DataFiles {
 public:
  virtual ~DataFiles() = default;

  virtual base::Result<std::unique_ptr<DataFileWriter>> Create(uint64_t id) = 0;
  // kDataLoss where it is missing, or not what the record says.
  virtual base::Result<std::unique_ptr<DataFileReader>> OpenReader(uint64_t id,
                                                                   FileRecord record) = 0;
  // What cannot be removed is logged and left to the sweep at the next start.
  virtual void Remove(const std::vector<uint64_t>& ids) = 0;
  // Adds to the batch that first refers to these files what is known to be missing of them.
  virtual void QueueHealing(const std::vector<uint64_t>& /*ids*/, IndexBatch& /*batch*/) {}

  static constexpr int kShards = 256;  // of the numbers, by their last byte
  // The ids of the files of one shard.
  virtual base::Result<std::vector<uint64_t>> List(int shard) = 0;
  // How many bytes a call of Append() takes.
  virtual size_t block_size() const = 0;
};

}  // namespace penstock::store
