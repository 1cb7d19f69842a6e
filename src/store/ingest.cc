// SPDX-License-Identifier: Apache-2.0
#include "store/ingest.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "crypto/md5_stream.h"

namespace penstock::store {
namespace {

using base::Result;
using base::Status;

constexpr size_t kFirstRead = size_t{16} << 10;

// A buffer that is filled from a source, and grows while it is: most objects are small.
class Filler {
 public:
  Filler(base::ByteSource& source, size_t capacity) : source_(source), capacity_(capacity) {}

  // Reads until the buffer is full or the source has ended.
  Status Fill() {
    while (!ended_ && size_ < capacity_) {
      if (size_ == room_) {
        Grow();
      }
      PENSTOCK_TRY(size_t count, source_.Read(std::span(buffer_.get() + size_, room_ - size_)));
      if (count == 0) ended_ = true;
      size_ += count;
    }
    return {};
  }

  std::string_view bytes() const { return {buffer_.get(), size_}; }
  bool ended() const { return ended_; }

  // Forgets the first bytes.
  void Drop(size_t count) {
    std::memmove(buffer_.get(), buffer_.get() + count, size_ - count);
    size_ -= count;
  }

 private:
  // What is not filled yet is not touched either, so that it costs no memory.
  void Grow() {
    size_t room = std::min(capacity_, std::max(kFirstRead, room_ * 4));
    auto larger = std::make_unique_for_overwrite<char[]>(room);
    if (size_ > 0) std::memcpy(larger.get(), buffer_.get(), size_);
    buffer_ = std::move(larger);
    room_ = room;
  }

  base::ByteSource& source_;
  size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  size_t room_ = 0;
  size_t size_ = 0;
  bool ended_ = false;
};

// Takes whole blocks of what was read, and at the end the rest.
Status AppendBlocks(Filler& filler, size_t block_size, std::optional<crypto::Md5Stream>& md5,
                    DataFileWriter& file) {
  while (filler.bytes().size() >= block_size || (filler.ended() && !filler.bytes().empty())) {
    std::string_view block = filler.bytes().substr(0, block_size);
    if (md5) md5->Update(block);
    PENSTOCK_RETURN_IF_ERROR(file.Append(block));
    filler.Drop(block.size());
  }
  return {};
}

}  // namespace

Result<Ingested> Ingest(base::ByteSource& source, size_t inline_limit, DataFiles& data,
                        Numbers& numbers, crypto::Md5Batches* md5s) {
  Filler filler(source, std::max(inline_limit, data.block_size()));
  PENSTOCK_RETURN_IF_ERROR(filler.Fill());
  std::optional<crypto::Md5Stream> md5;
  if (md5s != nullptr) md5.emplace(*md5s);
  Ingested ingested;
  if (filler.ended() && filler.bytes().size() < inline_limit) {
    ingested.bytes = std::string(filler.bytes());
    ingested.size = ingested.bytes.size();
    if (md5) md5->Update(ingested.bytes);
    if (md5) ingested.md5 = md5->Finish();
    return ingested;
  }
  PENSTOCK_TRY(uint64_t id, numbers.Next());
  PENSTOCK_TRY(ingested.file, data.Create(id));
  PENSTOCK_RETURN_IF_ERROR(AppendBlocks(filler, data.block_size(), md5, *ingested.file));
  while (!filler.ended()) {
    PENSTOCK_RETURN_IF_ERROR(filler.Fill());
    PENSTOCK_RETURN_IF_ERROR(AppendBlocks(filler, data.block_size(), md5, *ingested.file));
  }
  PENSTOCK_TRY(ingested.file_record, ingested.file->Finish());
  ingested.size = ingested.file_record.size;
  if (md5) ingested.md5 = md5->Finish();
  return ingested;
}

}  // namespace penstock::store
