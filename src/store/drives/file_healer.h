// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "store/drives/sharded_files.h"
#include "store/drives/sharded_reader.h"
#include "store/index.h"

namespace penstock::store {

// What healing a file came to.
struct HealOutcome {
  bool gone = false;           // there is no such file any more
  bool complete = false;       // all shards of all drives are good now
  bool beyond_repair = false;  // too few good shards where no drive is away
  int healed = 0;              // shards
  uint64_t bytes_read = 0;
  uint64_t bytes_healed = 0;
};

// Checks all shards of a file and puts back what is missing or damaged. For one thread at a time.
class FileHealer {
 public:
  // `pace` is called with a number of bytes before they are read, and stops by returning false.
  FileHealer(const Index& index, ShardedFiles& data, std::function<bool(uint64_t)> pace)
      : index_(index), data_(data), pace_(std::move(pace)) {}

  base::Result<HealOutcome> Heal(uint64_t file);
  // Whether the drive has its shard of the file, by its size alone.
  base::Result<bool> HasShard(uint64_t file, int position, const FileRecord& record);

 private:
  // Which shards are good.
  base::Result<std::vector<bool>> CheckShards(uint64_t file, const FileRecord& record,
                                              HealOutcome& outcome);
  // False where there are too few good shards.
  base::Result<bool> Rebuild(uint64_t file, const FileRecord& record, const std::vector<bool>& good,
                             const std::vector<int>& wanted);
  base::Result<bool> RebuildBeside(uint64_t file, const FileRecord& record,
                                   const std::vector<bool>& good, const std::vector<int>& wanted);
  base::Result<bool> WriteShards(uint64_t file, const FileRecord& record,
                                 const std::vector<bool>& good, const std::vector<int>& wanted,
                                 std::vector<std::unique_ptr<sys::File>>& outputs);

  const Index& index_;
  ShardedFiles& data_;
  std::function<bool(uint64_t)> pace_;
};

}  // namespace penstock::store
