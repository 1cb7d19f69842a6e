// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
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
  // A part of a shard that Read() gave just now, unverified.
  bool ReadAgain(uint64_t block, int shard, size_t offset, std::span<char> buffer);
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

  bool ReadBytes(int shard, uint64_t offset, std::span<char> buffer);

  ShardedFiles& owner_;
  uint64_t id_;
  const FileRecord& record_;
  ShardLayout layout_;
  std::vector<Shard> shards_;
  bool found_damage_ = false;
};

// Reads a file by its data shards, and by others where one of these is missing, damaged or on a
// drive that is slow. No block is held for whoever reads slowly, but one that had to be rebuilt and
// is read in parts, as encrypted objects are.
class ShardedReader final : public DataFileReader {
 public:
  ShardedReader(ShardedFiles& owner, uint64_t id, FileRecord record);
  ~ShardedReader() override;

  // Fails where too few shards are there.
  base::Status Open();
  base::Status Read(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                    base::ByteSink& sink) override;
  base::Status Fill(uint64_t offset, std::span<char> memory) override;

 private:
  // Bytes within one block, and in which shards they are.
  struct Stretch {
    uint64_t block = 0;
    size_t begin = 0;
    size_t length = 0;
    int first = 0;
    int last = 0;
  };
  base::Result<Stretch> StretchAt(uint64_t offset, uint64_t length) const;
  // Memory for a block, for a moment.
  class Scratch;
  // Gives the sink as many as it takes within a moment.
  base::Result<size_t> Send(const Stretch& stretch, base::ByteSink& sink);
  static bool Covers(const Stretch& one, const Stretch& other);
  // Its shards, at their places in a block's memory; whether none had to be rebuilt.
  base::Result<bool> Load(const Stretch& stretch, std::span<char> memory);
  base::Status FillStretch(const Stretch& stretch, std::span<char> memory);
  bool WasVerified(const Stretch& stretch) const;
  bool ReadAgain(const Stretch& stretch, std::span<char> memory);
  // The data shards first..last of a block, at their places in the buffer; whether all were there.
  bool ReadShards(const Stretch& stretch, char* buffer, std::vector<bool>& there);
  base::Status Rebuild(uint64_t block, const std::vector<bool>& there, int first, int last,
                       char* buffer);
  base::Status TooFew() const;

  ShardedFiles& owner_;
  const uint64_t id_;
  const FileRecord record_;
  ShardSource source_;
  std::vector<char> others_;  // parity, while something is rebuilt
  // The last block that was read whole from its data shards, which of them, and when.
  Stretch verified_;
  std::optional<std::chrono::steady_clock::time_point> verified_at_;
  // The last one that was not, where only parts of it are read.
  Stretch rebuilt_;
  std::vector<char> rebuilt_bytes_;
};

}  // namespace penstock::store
