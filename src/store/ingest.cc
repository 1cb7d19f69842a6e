// SPDX-License-Identifier: Apache-2.0
#include "store/ingest.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "crypto/md5_ahead.h"

namespace penstock::store {
namespace {

using base::Result;
using base::Status;

constexpr size_t kFirstRead = size_t{16} << 10;

// Buffers that are filled from a source. The first grows while it is filled: most objects are
// small.
class Filler {
 public:
  Filler(base::ByteSource& source, ScratchBuffers& blocks) : source_(source), blocks_(blocks) {}

  // Reads until the buffer is full or the source has ended.
  Status Fill() {
    while (!ended_ && size_ < blocks_.size()) {
      if (size_ == room_) Grow();
      PENSTOCK_TRY(size_t count, source_.Read(std::span(buffer_ + size_, room_ - size_)));
      if (count == 0) ended_ = true;
      size_ += count;
    }
    return {};
  }

  std::string_view bytes() const { return {buffer_, size_}; }
  // Whoever has this may read the bytes, whatever becomes of the filler.
  const std::shared_ptr<const void>& keeper() const { return keeper_; }
  bool ended() const { return ended_; }

  // Goes on with an empty buffer: this one, or another while this one is read.
  void Reuse() { size_ = 0; }
  void Renew() {
    TakeWhole();
    size_ = 0;
  }

 private:
  // What is not filled yet is not touched either, so that it costs no memory.
  void Grow() {
    const char* filled = buffer_;
    const std::shared_ptr<const void> filled_keeper = keeper_;
    const size_t room = std::max(kFirstRead, room_ * 4);
    if (room < blocks_.size()) {
      auto larger = std::make_shared_for_overwrite<char[]>(room);
      buffer_ = larger.get();
      room_ = room;
      keeper_ = std::move(larger);
    } else {
      TakeWhole();
    }
    if (size_ > 0) std::memcpy(buffer_, filled, size_);
  }

  void TakeWhole() {
    auto lease = std::make_shared<ScratchBuffers::Lease>(blocks_.Take());
    buffer_ = lease->bytes().data();
    room_ = lease->bytes().size();
    keeper_ = std::move(lease);
  }

  base::ByteSource& source_;
  ScratchBuffers& blocks_;
  std::shared_ptr<const void> keeper_;
  char* buffer_ = nullptr;
  size_t room_ = 0;
  size_t size_ = 0;
  bool ended_ = false;
};

// Whether all have been taken.
Result<bool> AppendBlocks(const Filler& filler, size_t block_size, DataFileWriter& file) {
  bool taken = true;
  for (std::string_view bytes = filler.bytes(); !bytes.empty();) {
    std::string_view block = bytes.substr(0, block_size);
    PENSTOCK_TRY(bool done, file.Append(block, filler.keeper()));
    taken &= done;
    bytes.remove_prefix(block.size());
  }
  return taken;
}

std::string Md5Of(std::string_view bytes, Core& core) {
  crypto::Md5Stream stream(core.md5s.batches());
  stream.Update(bytes);
  return stream.Finish();
}

// Takes what is in the filler, and all that is still to come.
Status IngestToFile(Filler& filler, size_t block_size, std::optional<crypto::Md5Ahead>& md5,
                    DataFileWriter& file) {
  while (true) {
    bool hashed = !md5 || md5->Update(filler.bytes(), filler.keeper());
    PENSTOCK_TRY(bool written, AppendBlocks(filler, block_size, file));
    if (filler.ended()) return {};
    if (hashed && written)
      filler.Reuse();
    else
      filler.Renew();
    PENSTOCK_RETURN_IF_ERROR(filler.Fill());
  }
}

}  // namespace

size_t IngestBytes(size_t inline_limit, size_t block_size) {
  size_t blocks = std::max<size_t>(1, (inline_limit + block_size - 1) / block_size);
  return blocks * block_size;
}

Result<Ingested> Ingest(base::ByteSource& source, size_t inline_limit, Core& core, bool with_md5) {
  Filler filler(source, core.blocks);
  PENSTOCK_RETURN_IF_ERROR(filler.Fill());
  Ingested ingested;
  if (filler.ended() && filler.bytes().size() < inline_limit) {
    ingested.bytes = std::string(filler.bytes());
    ingested.size = ingested.bytes.size();
    if (with_md5) ingested.md5 = Md5Of(ingested.bytes, core);
    return ingested;
  }
  std::optional<crypto::Md5Ahead> md5;
  if (with_md5) md5.emplace(core.md5s);
  PENSTOCK_TRY(uint64_t id, core.numbers.Next());
  PENSTOCK_TRY(ingested.file, core.data.Create(id));
  PENSTOCK_RETURN_IF_ERROR(IngestToFile(filler, core.data.block_size(), md5, *ingested.file));
  PENSTOCK_TRY(ingested.file_record, ingested.file->Finish());
  ingested.size = ingested.file_record.size;
  if (md5) ingested.md5 = md5->Finish();
  return ingested;
}

}  // namespace penstock::store
