// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/drives/sharded_files.h"

namespace penstock::store {

// Writes a file's shards to all drives that can be written. Goes on where a drive fails, as long as
// a write quorum is left.
class ShardedWriter final : public DataFileWriter {
 public:
  ShardedWriter(ShardedFiles& owner, uint64_t id);
  ~ShardedWriter() override;

  base::Status Create();
  base::Result<bool> Append(std::string_view block,
                            const std::shared_ptr<const void>& keeper) override;
  base::Result<FileRecord> Finish() override;

 private:
  // Pointers to the shards of a block; those that the block does not fill are in padding_.
  void Cut(std::string_view block, size_t shard_bytes);
  void Lose(size_t shard, const base::Error& error);
  base::Status CheckQuorum() const;
  void StartWriteback();

  ShardedFiles& owner_;
  std::vector<std::unique_ptr<sys::File>> shards_;  // nullptr where the drive has none
  FileRecord record_;
  std::vector<const char*> data_;
  std::vector<char*> parity_;
  std::vector<char> padding_;
  std::vector<char> parity_bytes_;
  uint64_t offset_ = 0;  // in each shard's file
  uint64_t written_back_ = 0;
  base::Error last_failure_;
};

}  // namespace penstock::store
