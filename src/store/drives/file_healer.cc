// SPDX-License-Identifier: Apache-2.0
#include "store/drives/file_healer.h"

#include <algorithm>
#include <utility>

#include "crypto/checksum.h"
#include "store/row_key.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

tl::unexpected<base::Error> FailStopped() {
  return Fail(Code::kCancelled, "the store is being closed");
}

uint32_t SumOf(const FileRecord& record, const ShardLayout& layout, uint64_t block, int shard) {
  return record.block_sums[static_cast<size_t>(block) * static_cast<size_t>(layout.total) +
                           static_cast<size_t>(shard)];
}

// Computes shards of one block after the other, each from whatever good ones there are.
class BlockRebuilder {
 public:
  BlockRebuilder(const erasure::ReedSolomon& code, const ShardLayout& layout,
                 const std::vector<int>& wanted)
      : code_(code), wanted_(wanted), most_(layout.PerShard(layout.block_size)) {
    auto data = static_cast<size_t>(layout.data);
    buffer_.resize(most_ * (data + wanted.size()));
    for (size_t i = 0; i < data; ++i) in_.push_back(buffer_.data() + i * most_);
    for (size_t i = 0; i < wanted.size(); ++i) out_.push_back(buffer_.data() + (data + i) * most_);
  }

  // Takes the first good shards in that order; false where they are too few.
  bool Rebuild(ShardSource& source, uint64_t block, const std::vector<int>& order) {
    std::vector<int> sources;
    size_t bytes = source.layout().ShardBytes(block);
    for (int shard : order) {
      if (sources.size() == in_.size()) break;
      if (source.Read(block, shard, {buffer_.data() + sources.size() * most_, bytes})) {
        sources.push_back(shard);
      }
    }
    if (sources.size() < in_.size()) return false;
    if (sources != sources_) {
      rebuilder_.emplace(code_, sources, wanted_);
      sources_ = std::move(sources);
    }
    rebuilder_->Rebuild(in_, out_, bytes);
    return true;
  }
  std::string_view shard(size_t index, size_t bytes) const { return {out_[index], bytes}; }

 private:
  const erasure::ReedSolomon& code_;
  const std::vector<int>& wanted_;
  size_t most_;
  std::vector<char> buffer_;
  std::vector<const char*> in_;
  std::vector<char*> out_;
  std::vector<int> sources_;  // that rebuilder_ is for
  std::optional<erasure::Rebuilder> rebuilder_;
};

}  // namespace

Result<HealOutcome> FileHealer::Heal(uint64_t file) {
  HealOutcome outcome;
  PENSTOCK_TRY(auto text, index_.Get(row_key::File(file)));
  if (!text) {
    outcome.gone = true;
    return outcome;
  }
  PENSTOCK_TRY(FileRecord record, FileRecord::Decode(*text));
  if (record.data_shards != data_.geometry().data() ||
      record.parity_shards != data_.geometry().parity) {
    return Fail(Code::kDataLoss,
                "the row of file " + std::to_string(file) + " is not of this store's drives");
  }
  PENSTOCK_TRY(std::vector<bool> good, CheckShards(file, record, outcome));
  std::vector<int> wanted;
  int away = 0;
  for (int shard = 0; shard < data_.geometry().drives; ++shard) {
    if (good[static_cast<size_t>(shard)]) continue;
    if (data_.SlotOf(file, shard).takes_shards()) {
      wanted.push_back(shard);
    } else {
      ++away;
    }
  }
  if (!wanted.empty()) {
    PENSTOCK_TRY(bool rebuilt, Rebuild(file, record, good, wanted));
    if (!rebuilt) {
      // Where it was removed meanwhile, it is no wonder that shards are missing.
      PENSTOCK_TRY(auto still, index_.Get(row_key::File(file)));
      outcome.gone = !still;
      outcome.beyond_repair = still && away == 0;
      return outcome;
    }
    outcome.healed = static_cast<int>(wanted.size());
    outcome.bytes_healed = ShardLayout(record).ShardFileBytes() * wanted.size();
  }
  // Removed meanwhile? Then the remover looked for shards before these were there.
  PENSTOCK_TRY(auto still, index_.Get(row_key::File(file)));
  if (!still) {
    data_.Remove({file});
    outcome.gone = true;
  }
  outcome.complete = away == 0;
  return outcome;
}

Result<std::vector<bool>> FileHealer::CheckShards(uint64_t file, const FileRecord& record,
                                                  HealOutcome& outcome) {
  ShardSource source(data_, file, record);
  const ShardLayout& layout = source.layout();
  std::vector<bool> good(static_cast<size_t>(layout.total), false);
  std::vector<char> buffer(layout.PerShard(layout.block_size));
  for (int shard = 0; shard < layout.total; ++shard) {
    bool intact = source.Open(shard);
    for (uint64_t block = 0; intact && block < layout.BlockCount(); ++block) {
      size_t bytes = layout.ShardBytes(block);
      if (!pace_(bytes)) return FailStopped();
      intact = source.Read(block, shard, {buffer.data(), bytes});
      outcome.bytes_read += bytes;
    }
    good[static_cast<size_t>(shard)] = intact;
  }
  return good;
}

Result<bool> FileHealer::Rebuild(uint64_t file, const FileRecord& record,
                                 const std::vector<bool>& good, const std::vector<int>& wanted) {
  auto rebuilt = RebuildBeside(file, record, good, wanted);
  if (rebuilt && *rebuilt) return true;
  for (int shard : wanted) data_.SlotOf(file, shard).files.GiveUpBeside(file);
  return rebuilt;
}

Result<bool> FileHealer::RebuildBeside(uint64_t file, const FileRecord& record,
                                       const std::vector<bool>& good,
                                       const std::vector<int>& wanted) {
  std::vector<std::unique_ptr<sys::File>> outputs;
  for (int shard : wanted) {
    DriveSlot& slot = data_.SlotOf(file, shard);
    auto output = slot.files.CreateBeside(file);
    if (!output) {
      data_.NoteWriteError(slot, output.error());
      return Fail(output.error());
    }
    outputs.push_back(std::move(*output));
  }
  PENSTOCK_TRY(bool written, WriteShards(file, record, good, wanted, outputs));
  if (!written) return false;
  for (size_t i = 0; i < wanted.size(); ++i) {
    DriveSlot& slot = data_.SlotOf(file, wanted[i]);
    Status durable = outputs[i]->Sync();
    outputs[i].reset();
    if (durable) durable = slot.files.PutInPlace(file);
    if (!durable) {
      data_.NoteWriteError(slot, durable.error());
      return Fail(durable.error());
    }
    ++slot.shards_healed;
  }
  return true;
}

Result<bool> FileHealer::WriteShards(uint64_t file, const FileRecord& record,
                                     const std::vector<bool>& good, const std::vector<int>& wanted,
                                     std::vector<std::unique_ptr<sys::File>>& outputs) {
  ShardSource source(data_, file, record);
  const ShardLayout& layout = source.layout();
  // Shards that are good throughout first; a damaged one has blocks that are good, too.
  std::vector<int> order;
  for (bool choose : {true, false}) {
    for (int shard = 0; shard < layout.total; ++shard) {
      if (good[static_cast<size_t>(shard)] == choose) order.push_back(shard);
    }
  }
  BlockRebuilder rebuilder(data_.code(), layout, wanted);
  for (uint64_t block = 0; block < layout.BlockCount(); ++block) {
    size_t bytes = layout.ShardBytes(block);
    if (!pace_(bytes * static_cast<size_t>(layout.data))) return FailStopped();
    if (!rebuilder.Rebuild(source, block, order)) return false;
    for (size_t i = 0; i < wanted.size(); ++i) {
      std::string_view rebuilt = rebuilder.shard(i, bytes);
      if (crypto::Crc32c(rebuilt) != SumOf(record, layout, block, wanted[i])) {
        return Fail(Code::kDataLoss, "what was computed for file " + std::to_string(file) +
                                         " does not match its checksum");
      }
      Status written = ToStorageStatus(outputs[i]->WriteAt(layout.ShardOffset(block), rebuilt));
      if (!written) {
        data_.NoteWriteError(data_.SlotOf(file, wanted[i]), written.error());
        return Fail(written.error());
      }
    }
  }
  return true;
}

Result<bool> FileHealer::HasShard(uint64_t file, int position, const FileRecord& record) {
  DriveSlot& slot = *data_.slots()[static_cast<size_t>(position)];
  auto shard = slot.files.OpenFile(file);
  if (!shard && shard.error().code() == Code::kDataLoss) return false;
  if (!shard) return Fail(shard.error());
  PENSTOCK_TRY(uint64_t size, (*shard)->Size());
  return size == ShardLayout(record).ShardFileBytes();
}

}  // namespace penstock::store
