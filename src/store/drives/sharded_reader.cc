// SPDX-License-Identifier: Apache-2.0
#include "store/drives/sharded_reader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "crypto/checksum.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Status;

ShardSource::ShardSource(ShardedFiles& owner, uint64_t id, const FileRecord& record)
    : owner_(owner),
      id_(id),
      record_(record),
      layout_(record),
      shards_(static_cast<size_t>(layout_.total)) {}

bool ShardSource::Open(int shard) {
  Shard& state = shards_[static_cast<size_t>(shard)];
  if (state.failed) return false;
  if (state.file) return true;
  DriveSlot& slot = owner_.SlotOf(id_, shard);
  if (!slot.readable) {
    state.failed = state.unreadable = true;
    return false;
  }
  auto file = slot.files.OpenFile(id_);
  if (file) {
    auto size = (*file)->Size();
    if (size && *size == layout_.ShardFileBytes()) {
      state.file = std::move(*file);
      return true;
    }
    if (!size) owner_.NoteReadError(slot, size.error());
    state.unreadable = !size;
  } else if (file.error().code() != Code::kDataLoss) {
    owner_.NoteReadError(slot, file.error());
    // Out of descriptors is our trouble and not the drive's.
    found_damage_ = found_damage_ || file.error().code() != Code::kUnavailable;
    state.failed = state.unreadable = true;
    return false;
  }
  found_damage_ = true;
  state.failed = true;
  return false;
}

bool ShardSource::Read(uint64_t block, int shard, std::span<char> buffer) {
  if (!Open(shard)) return false;
  Shard& state = shards_[static_cast<size_t>(shard)];
  DriveSlot& slot = owner_.SlotOf(id_, shard);
  auto begun = std::chrono::steady_clock::now();
  Status read = state.file->ReadAt(layout_.ShardOffset(block), buffer);
  slot.NoteReadTime(std::chrono::steady_clock::now() - begun);
  if (!read) {
    owner_.NoteReadError(slot, read.error());
    found_damage_ = true;
    state.failed = state.unreadable = true;
    state.file.reset();
    return false;
  }
  uint32_t expected =
      record_.block_sums[static_cast<size_t>(block) * static_cast<size_t>(layout_.total) +
                         static_cast<size_t>(shard)];
  if (crypto::Crc32c({buffer.data(), buffer.size()}) == expected) return true;
  ++slot.damaged_blocks;
  found_damage_ = true;
  return false;
}

int ShardSource::away() const {
  return static_cast<int>(std::count_if(shards_.begin(), shards_.end(),
                                        [](const Shard& shard) { return shard.unreadable; }));
}

ShardedReader::ShardedReader(ShardedFiles& owner, uint64_t id, FileRecord record)
    : owner_(owner), id_(id), record_(std::move(record)), source_(owner, id, record_) {}

ShardedReader::~ShardedReader() {
  if (source_.found_damage()) owner_.queue_.Add(id_);
}

Status ShardedReader::Open() {
  int there = 0;
  for (int shard = 0; shard < source_.layout().total && there < source_.layout().data; ++shard) {
    if (source_.Open(shard)) ++there;
  }
  return there < source_.layout().data ? TooFew() : Status();
}

Status ShardedReader::TooFew() const {
  if (source_.away() > 0) {
    return Fail(Code::kUnavailable, std::to_string(source_.away()) + " of " +
                                        std::to_string(source_.layout().total) +
                                        " drives are away or fail, and too few have its shards");
  }
  return Fail(Code::kDataLoss, "too many of its shards are missing or damaged");
}

Status ShardedReader::Read(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                           base::ByteSink& sink) {
  const ShardLayout& layout = source_.layout();
  while (length > 0) {
    uint64_t block = offset / layout.block_size;
    if (block >= layout.BlockCount()) {
      return Fail(Code::kDataLoss, "the data file has fewer blocks than the object needs");
    }
    size_t within = static_cast<size_t>(offset % layout.block_size);
    size_t bytes =
        static_cast<size_t>(std::min<uint64_t>(length, layout.BlockBytes(block) - within));
    size_t shard_bytes = layout.ShardBytes(block);
    size_t needed = shard_bytes * static_cast<size_t>(layout.data);
    if (buffer.size() < needed) buffer.resize(needed);
    PENSTOCK_RETURN_IF_ERROR(ReadShards(block, static_cast<int>(within / shard_bytes),
                                        static_cast<int>((within + bytes - 1) / shard_bytes),
                                        buffer.data()));
    PENSTOCK_RETURN_IF_ERROR(sink.Write({buffer.data() + within, bytes}));
    offset += bytes;
    length -= bytes;
  }
  return {};
}

Status ShardedReader::ReadShards(uint64_t block, int first, int last, char* buffer) {
  const ShardLayout& layout = source_.layout();
  size_t shard_bytes = layout.ShardBytes(block);
  std::vector<bool> there(static_cast<size_t>(layout.total), false);
  bool complete = true;
  for (int shard = first; shard <= last; ++shard) {
    auto place = static_cast<size_t>(shard);
    // A slow drive is left alone where others can do without it.
    if (owner_.SlotOf(id_, shard).slow()) {
      complete = false;
      continue;
    }
    there[place] = source_.Read(block, shard, {buffer + place * shard_bytes, shard_bytes});
    complete = complete && there[place];
  }
  return complete ? Status() : Rebuild(block, there, first, last, buffer);
}

// Gets as many shards as it takes, from the fast drives first, and computes those that are missing
// of first..last.
Status ShardedReader::Rebuild(uint64_t block, const std::vector<bool>& there, int first, int last,
                              char* buffer) {
  const ShardLayout& layout = source_.layout();
  size_t shard_bytes = layout.ShardBytes(block);
  others_.resize(shard_bytes * static_cast<size_t>(layout.total - layout.data));
  auto place_of = [&](int shard) {
    auto place = static_cast<size_t>(shard);
    return shard < layout.data
               ? buffer + place * shard_bytes
               : others_.data() + (place - static_cast<size_t>(layout.data)) * shard_bytes;
  };
  std::vector<int> sources;
  std::vector<const char*> in;
  std::vector<bool> tried = there;
  std::vector<bool> good = there;
  for (int shard = first; shard <= last; ++shard) {
    if (!owner_.SlotOf(id_, shard).slow()) tried[static_cast<size_t>(shard)] = true;
  }
  for (bool slow : {false, true}) {
    for (int shard = 0; shard < layout.total; ++shard) {
      auto place = static_cast<size_t>(shard);
      if (std::count(good.begin(), good.end(), true) >= layout.data) break;
      if (tried[place] || (!slow && owner_.SlotOf(id_, shard).slow())) continue;
      tried[place] = true;
      good[place] = source_.Read(block, shard, {place_of(shard), shard_bytes});
    }
  }
  for (int shard = 0; shard < layout.total; ++shard) {
    if (!good[static_cast<size_t>(shard)] || static_cast<int>(sources.size()) == layout.data) {
      continue;
    }
    sources.push_back(shard);
    in.push_back(place_of(shard));
  }
  if (static_cast<int>(sources.size()) < layout.data) return TooFew();
  std::vector<int> wanted;
  std::vector<char*> out;
  for (int shard = first; shard <= last; ++shard) {
    if (good[static_cast<size_t>(shard)]) continue;
    wanted.push_back(shard);
    out.push_back(place_of(shard));
  }
  erasure::Rebuilder(owner_.code(), sources, wanted).Rebuild(in, out, shard_bytes);
  return {};
}

}  // namespace penstock::store
