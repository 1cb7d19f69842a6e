// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/drives/sharded_files.h"

namespace penstock::store {

// Reads shards of one file and verifies every one before a byte of it is used. For one thread.
class ShardSource {
 public:
  ShardSource(ShardedFiles& owner, uint64_t id, const FileRecord& record);

  const ShardLayout& layout() const { return layout_; }
  // Whether the shard's file is there, with the size that it must have. Remembers the answer.
  bool Open(int shard);
  // The shard of that block; false where it is missing or damaged, which is reported and
  // remembered: a shard that failed once is not tried again for another block unless it was damaged
  // only there.
  bool Read(uint64_t block, int shard, std::span<char> buffer);
  // Whether anything was found to be missing or damaged on a drive that can be read.
  bool found_damage() const { return found_damage_; }
  // Shards whose drive is away or fails, so that nothing is known of them.
  int away() const;

 private:
  struct Shard {
    std::unique_ptr<sys::File> file;
    bool failed = false;      // missing, or cannot be read
    bool unreadable = false;  // the latter
  };

  ShardedFiles& owner_;
  uint64_t id_;
  const FileRecord& record_;
  ShardLayout layout_;
  std::vector<Shard> shards_;
  bool found_damage_ = false;
};

// Reads a file by its data shards, and by others where one of these is missing, damaged or on a
// drive that is slow.
class ShardedReader final : public DataFileReader {
 public:
  ShardedReader(ShardedFiles& owner, uint64_t id, FileRecord record);
  ~ShardedReader() override;

  // Fails where too few shards are there.
  base::Status Open();
  base::Status Read(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                    base::ByteSink& sink) override;

 private:
  // The data shards first..last of a block, at their places in the buffer.
  base::Status ReadShards(uint64_t block, int first, int last, char* buffer);
  base::Status Rebuild(uint64_t block, const std::vector<bool>& there, int first, int last,
                       char* buffer);
  base::Status TooFew() const;

  ShardedFiles& owner_;
  const uint64_t id_;
  const FileRecord record_;
  ShardSource source_;
  std::vector<char> others_;  // parity, while something is rebuilt
};

}  // namespace penstock::store
