// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "erasure/reed_solomon.h"
#include "store/data_files.h"
#include "store/drives/drive_slot.h"
#include "store/drives/failure_listener.h"
#include "store/drives/geometry.h"
#include "store/drives/heal_queue.h"
#include "store/drives/io_pool.h"

namespace penstock::store {

using DriveSlots = std::vector<std::unique_ptr<DriveSlot>>;  // by position

// What the shards of a file's blocks are: block b is cut into equal shards, the last one padded
// with zeros; on its drive, shard s of all blocks are one file, one behind the other.
struct ShardLayout {
  explicit ShardLayout(const FileRecord& file)
      : size(file.size),
        block_size(file.block_size),
        data(file.data_shards),
        total(file.data_shards + file.parity_shards) {}

  uint64_t BlockCount() const { return (size + block_size - 1) / block_size; }
  size_t BlockBytes(uint64_t block) const {
    return static_cast<size_t>(std::min<uint64_t>(block_size, size - block * block_size));
  }
  size_t ShardBytes(uint64_t block) const { return PerShard(BlockBytes(block)); }
  uint64_t ShardOffset(uint64_t block) const { return block * PerShard(block_size); }
  uint64_t ShardFileBytes() const {
    if (size == 0) return 0;
    return ShardOffset(BlockCount() - 1) + ShardBytes(BlockCount() - 1);
  }
  size_t PerShard(size_t bytes) const {
    return (bytes + static_cast<size_t>(data) - 1) / static_cast<size_t>(data);
  }

  uint64_t size;
  size_t block_size;
  int data;
  int total;
};

// Data files cut into shards, one on each drive: any geometry.data() of them give the bytes back. A
// file is durable once a write quorum of drives has its shard; what the others miss is queued for
// healing with the batch that first refers to the file. Thread-safe.
class ShardedFiles final : public DataFiles {
 public:
  // Told of a drive that could not be read or written, so that it is looked at. Must be quick.
  using FailureReport = FailureListener::Report;

  // All must outlive this object, its writers and its readers.
  ShardedFiles(Geometry geometry, DriveSlots& slots, size_t block_size, IoPool& pool,
               const SpaceReserve& reserve, HealQueue& queue, base::Logger& logger);
  void SetFailureReport(FailureReport report) { failures_.Set(std::move(report)); }

  base::Result<std::unique_ptr<DataFileWriter>> Create(uint64_t id) override;
  base::Result<std::unique_ptr<DataFileReader>> OpenReader(uint64_t id, FileRecord record) override;
  void Remove(const std::vector<uint64_t>& ids) override;
  void QueueHealing(const std::vector<uint64_t>& ids, IndexBatch& batch) override;
  // Ids of which any usable drive has a shard.
  base::Result<std::vector<uint64_t>> List(int shard) override;
  size_t block_size() const override { return block_size_; }

  // Whether the file is being written, and so has no row yet.
  bool IsBeingWritten(uint64_t id) const;
  void NoteReadError(DriveSlot& slot, const base::Error& error);
  void NoteWriteError(DriveSlot& slot, const base::Error& error);
  const erasure::ReedSolomon& code() const { return code_; }
  Geometry geometry() const { return geometry_; }
  DriveSlots& slots() { return slots_; }
  DriveSlot& SlotOf(uint64_t id, int shard) {
    return *slots_[static_cast<size_t>(DriveOfShard(id, shard, geometry_.drives))];
  }

 private:
  friend class ShardedWriter;
  friend class ShardedReader;

  const Geometry geometry_;
  DriveSlots& slots_;
  const size_t block_size_;
  IoPool& pool_;
  const SpaceReserve& reserve_;
  HealQueue& queue_;
  base::Logger& logger_;
  FailureListener failures_;
  const erasure::ReedSolomon code_;
  ScratchBuffers scratch_;  // of a block each
  mutable std::mutex mutex_;
  std::map<uint64_t, bool> written_now_;  // files being written; whether a shard is missing
};

// How large a block is, for that many shards of data: shards of 64 KiB and more, so that each drive
// writes and checks runs of a sensible size, and blocks of 256 KiB and more.
size_t ShardedBlockSize(Geometry geometry, size_t asked);

}  // namespace penstock::store
