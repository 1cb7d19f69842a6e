// SPDX-License-Identifier: Apache-2.0
#include "store/drives/sharded_files.h"

#include <algorithm>
#include <set>
#include <utility>

#include "store/drives/heal_row.h"
#include "store/drives/sharded_reader.h"
#include "store/drives/sharded_writer.h"
#include "store/index.h"

namespace penstock::store {

using base::Code;
using base::Error;
using base::Fail;
using base::Result;

constexpr size_t kMinShard = size_t{64} << 10;

size_t ShardedBlockSize(Geometry geometry, size_t asked) {
  auto data = static_cast<size_t>(geometry.data());
  size_t shard = (asked + data - 1) / data;
  if (asked >= kMinShard) shard = std::max(shard, kMinShard);
  return std::min(shard * data, kMaxBlockSize / data * data);
}

ShardedFiles::ShardedFiles(Geometry geometry, DriveSlots& slots, size_t block_size, IoPool& pool,
                           const SpaceReserve& reserve, HealQueue& queue, base::Logger& logger)
    : geometry_(geometry),
      slots_(slots),
      block_size_(block_size),
      pool_(pool),
      reserve_(reserve),
      queue_(queue),
      logger_(logger),
      code_(geometry.layout()),
      scratch_(block_size) {}

Result<std::unique_ptr<DataFileWriter>> ShardedFiles::Create(uint64_t id) {
  {
    std::lock_guard lock(mutex_);
    written_now_.emplace(id, false);
  }
  auto writer = std::make_unique<ShardedWriter>(*this, id);
  PENSTOCK_RETURN_IF_ERROR(writer->Create());
  return writer;
}

Result<std::unique_ptr<DataFileReader>> ShardedFiles::OpenReader(uint64_t id, FileRecord record) {
  if (record.data_shards != geometry_.data() || record.parity_shards != geometry_.parity) {
    return Fail(Code::kDataLoss, "its data file is not spread over the drives of this store");
  }
  auto reader = std::make_unique<ShardedReader>(*this, id, std::move(record));
  PENSTOCK_RETURN_IF_ERROR(reader->Open());
  return reader;
}

void ShardedFiles::Remove(const std::vector<uint64_t>& ids) {
  // A drive that is away keeps its shards until it is back and has been swept.
  for (const auto& slot : slots_) {
    if (slot->readable) slot->files.Remove(ids);
  }
}

void ShardedFiles::QueueHealing(const std::vector<uint64_t>& ids, IndexBatch& batch) {
  std::lock_guard lock(mutex_);
  for (uint64_t id : ids) {
    auto found = written_now_.find(id);
    if (found != written_now_.end() && found->second) batch.Put(HealRow::Key(id), HealRow::Text());
  }
}

Result<std::vector<uint64_t>> ShardedFiles::List(int shard) {
  std::set<uint64_t> all;
  for (const auto& slot : slots_) {
    if (!slot->readable) continue;
    auto ids = slot->files.List(shard);
    if (ids) {
      all.insert(ids->begin(), ids->end());
    } else {
      NoteReadError(*slot, ids.error());
    }
  }
  return std::vector<uint64_t>(all.begin(), all.end());
}

bool ShardedFiles::IsBeingWritten(uint64_t id) const {
  std::lock_guard lock(mutex_);
  return written_now_.count(id) != 0;
}

void ShardedFiles::NoteReadError(DriveSlot& slot, const Error& error) {
  ++slot.read_errors;
  logger_.Warning("a drive could not be read",
                  {{"drive", slot.position}, {"error", error.message()}});
  failures_.Tell(slot.position, error);
}

void ShardedFiles::NoteWriteError(DriveSlot& slot, const Error& error) {
  ++slot.write_errors;
  logger_.Warning("a drive could not be written",
                  {{"drive", slot.position}, {"error", error.message()}});
  failures_.Tell(slot.position, error);
}

}  // namespace penstock::store
