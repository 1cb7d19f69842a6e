// SPDX-License-Identifier: Apache-2.0
#include "store/drives/sharded_reader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/file_sink.h"
#include "crypto/checksum.h"

namespace penstock::store {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// As with one drive (PlainFileReader): for how long bytes that were verified are taken to be in
// memory still, as they were.
constexpr std::chrono::milliseconds kVerifiedFor{100};

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
  if (!ReadBytes(shard, layout_.ShardOffset(block), buffer)) return false;
  uint32_t expected =
      record_.block_sums[static_cast<size_t>(block) * static_cast<size_t>(layout_.total) +
                         static_cast<size_t>(shard)];
  if (crypto::Crc32c({buffer.data(), buffer.size()}) == expected) return true;
  ++owner_.SlotOf(id_, shard).damaged_blocks;
  found_damage_ = true;
  return false;
}

bool ShardSource::ReadAgain(uint64_t block, int shard, size_t offset, std::span<char> buffer) {
  return ReadBytes(shard, layout_.ShardOffset(block) + offset, buffer);
}

bool ShardSource::ReadBytes(int shard, uint64_t offset, std::span<char> buffer) {
  if (!Open(shard)) return false;
  Shard& state = shards_[static_cast<size_t>(shard)];
  DriveSlot& slot = owner_.SlotOf(id_, shard);
  auto begun = std::chrono::steady_clock::now();
  Status read = state.file->ReadAt(offset, buffer);
  slot.NoteReadTime(std::chrono::steady_clock::now() - begun);
  if (read) return true;
  owner_.NoteReadError(slot, read.error());
  found_damage_ = true;
  state.failed = state.unreadable = true;
  state.file.reset();
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

Result<ShardedReader::Stretch> ShardedReader::StretchAt(uint64_t offset, uint64_t length) const {
  const ShardLayout& layout = source_.layout();
  Stretch stretch;
  stretch.block = offset / layout.block_size;
  if (stretch.block >= layout.BlockCount()) {
    return Fail(Code::kDataLoss, "the data file has fewer blocks than the object needs");
  }
  stretch.begin = static_cast<size_t>(offset % layout.block_size);
  stretch.length = static_cast<size_t>(
      std::min<uint64_t>(length, layout.BlockBytes(stretch.block) - stretch.begin));
  size_t shard_bytes = layout.ShardBytes(stretch.block);
  stretch.first = static_cast<int>(stretch.begin / shard_bytes);
  stretch.last = static_cast<int>((stretch.begin + stretch.length - 1) / shard_bytes);
  return stretch;
}

// From the files' own scratch memory, where it is large enough: a store may have had larger blocks.
class ShardedReader::Scratch {
 public:
  explicit Scratch(ShardedReader& reader)
      : lease_(reader.owner_.scratch_.Take()), memory_(lease_.bytes()) {
    size_t needed = reader.source_.layout().block_size;
    if (needed <= memory_.size()) return;
    own_.resize(needed);
    memory_ = own_;
  }
  std::span<char> memory() const { return memory_; }

 private:
  ScratchBuffers::Lease lease_;
  std::vector<char> own_;
  std::span<char> memory_;
};

Status ShardedReader::Read(uint64_t offset, uint64_t length, std::vector<char>& /*buffer*/,
                           base::ByteSink& sink) {
  while (length > 0) {
    PENSTOCK_TRY(Stretch stretch, StretchAt(offset, length));
    PENSTOCK_TRY(size_t sent, Send(stretch, sink));
    offset += sent;
    length -= sent;
    if (sent < stretch.length) PENSTOCK_RETURN_IF_ERROR(base::PassWaitOn(sink));
  }
  return {};
}

Result<size_t> ShardedReader::Send(const Stretch& stretch, base::ByteSink& sink) {
  Scratch scratch(*this);
  PENSTOCK_RETURN_IF_ERROR(Load(stretch, scratch.memory()));
  return base::PassSomeOn(sink, {scratch.memory().data() + stretch.begin, stretch.length});
}

Status ShardedReader::Fill(uint64_t offset, std::span<char> memory) {
  while (!memory.empty()) {
    PENSTOCK_TRY(Stretch stretch, StretchAt(offset, memory.size()));
    PENSTOCK_RETURN_IF_ERROR(FillStretch(stretch, memory.first(stretch.length)));
    offset += stretch.length;
    memory = memory.subspan(stretch.length);
  }
  return {};
}

Status ShardedReader::FillStretch(const Stretch& stretch, std::span<char> memory) {
  if (WasVerified(stretch) && ReadAgain(stretch, memory)) return {};
  if (!rebuilt_bytes_.empty() && Covers(rebuilt_, stretch)) {
    std::copy_n(rebuilt_bytes_.data() + stretch.begin, memory.size(), memory.data());
    return {};
  }
  rebuilt_bytes_ = {};
  // To the end of the block: its other bytes are wanted next.
  Stretch more = stretch;
  more.last = source_.layout().data - 1;
  Scratch scratch(*this);
  PENSTOCK_TRY(bool complete, Load(more, scratch.memory()));
  std::copy_n(scratch.memory().data() + stretch.begin, memory.size(), memory.data());
  if (complete) return {};
  rebuilt_ = more;
  rebuilt_bytes_.assign(scratch.memory().begin(), scratch.memory().end());
  return {};
}

bool ShardedReader::Covers(const Stretch& one, const Stretch& other) {
  return one.block == other.block && one.first <= other.first && one.last >= other.last;
}

bool ShardedReader::WasVerified(const Stretch& stretch) const {
  return verified_at_ && Covers(verified_, stretch) &&
         std::chrono::steady_clock::now() - *verified_at_ <= kVerifiedFor;
}

bool ShardedReader::ReadAgain(const Stretch& stretch, std::span<char> memory) {
  size_t shard_bytes = source_.layout().ShardBytes(stretch.block);
  size_t at = stretch.begin;
  while (!memory.empty()) {
    size_t within = at % shard_bytes;
    size_t count = std::min(memory.size(), shard_bytes - within);
    int shard = static_cast<int>(at / shard_bytes);
    if (!source_.ReadAgain(stretch.block, shard, within, memory.first(count))) return false;
    at += count;
    memory = memory.subspan(count);
  }
  return true;
}

Result<bool> ShardedReader::Load(const Stretch& stretch, std::span<char> memory) {
  std::vector<bool> there(static_cast<size_t>(source_.layout().total), false);
  if (ReadShards(stretch, memory.data(), there)) {
    verified_ = stretch;
    verified_at_ = std::chrono::steady_clock::now();
    return true;
  }
  PENSTOCK_RETURN_IF_ERROR(
      Rebuild(stretch.block, there, stretch.first, stretch.last, memory.data()));
  return false;
}

bool ShardedReader::ReadShards(const Stretch& stretch, char* buffer, std::vector<bool>& there) {
  size_t shard_bytes = source_.layout().ShardBytes(stretch.block);
  bool complete = true;
  for (int shard = stretch.first; shard <= stretch.last; ++shard) {
    auto place = static_cast<size_t>(shard);
    // A slow drive is left alone where others can do without it.
    if (owner_.SlotOf(id_, shard).slow()) {
      complete = false;
      continue;
    }
    there[place] = source_.Read(stretch.block, shard, {buffer + place * shard_bytes, shard_bytes});
    complete = complete && there[place];
  }
  return complete;
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
