// SPDX-License-Identifier: Apache-2.0
#include "store/plain_file_writer.h"

#include <utility>
#include <vector>

#include "crypto/checksum.h"
#include "store/drive_files.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Result;
using base::Status;

// What is smaller is often read soon, and waits for the disk but once.
constexpr uint64_t kCachedBytes = uint64_t{1} << 20;
// As many files are written by other threads: each holds some blocks meanwhile, and more of them
// than this keep a drive busy by themselves.
constexpr size_t kWriters = 16;
// Smaller blocks are not worth a way of their own.
constexpr size_t kLeastDirect = size_t{64} << 10;
// Written bytes are sent to the disk in runs of this size while more come in, if there is room.
constexpr uint64_t kWritebackBytes = uint64_t{8} << 20;

}  // namespace

PlainFileWriter::PlainFileWriter(DriveFiles& owner, uint64_t id, std::unique_ptr<sys::File> file,
                                 size_t block_size)
    : DataFileWriter(id),
      owner_(owner),
      file_(std::move(file)),
      direct_(block_size >= kLeastDirect ? sys::DirectOf(*file_) : nullptr) {
  record_.block_size = static_cast<uint32_t>(block_size);
}

PlainFileWriter::~PlainFileWriter() {
  behind_.reset();
  file_.reset();
  if (!kept()) owner_.Remove({id()});
}

bool PlainFileWriter::GoesBehind(std::string_view block) const {
  return behind_ ||
         (direct_ != nullptr && record_.size >= kCachedBytes && block.size() == record_.block_size);
}

Result<bool> PlainFileWriter::Append(std::string_view block,
                                     const std::shared_ptr<const void>& keeper) {
  record_.block_sums.push_back(crypto::Crc32c(block));
  bool taken = true;
  if (GoesBehind(block)) {
    if (!behind_) behind_.emplace(owner_.writers_, *this);
    taken = !behind_->Offer(block, keeper);
    if (failed_) PENSTOCK_RETURN_IF_ERROR(AwaitWritten());
  }
  if (taken) PENSTOCK_RETURN_IF_ERROR(Write(std::span(&block, 1), /*directly=*/false));
  const uint64_t runs = record_.size / kWritebackBytes;
  record_.size += block.size();
  if (record_.size / kWritebackBytes != runs) PENSTOCK_RETURN_IF_ERROR(owner_.reserve_.Check());
  return taken;
}

base::PieceWorkers::Limits PlainFileWriter::WorkerLimits() {
  return {.threads = kWriters, .streams = kWriters, .pieces = 2};
}

void PlainFileWriter::WriteTaken(std::span<base::PieceStream* const> streams) {
  for (base::PieceStream* stream : streams) {
    PlainFileWriter& file = static_cast<Behind*>(stream)->file;
    if (file.failed_) continue;
    std::vector<std::string_view> pieces;
    for (const base::KeptPiece& piece : stream->taken()) pieces.push_back(piece.bytes);
    file.failure_ = file.Write(pieces, /*directly=*/true);
    file.failed_ = !file.failure_;
  }
}

Status PlainFileWriter::Write(std::span<const std::string_view> pieces, bool directly) {
  Status written = WriteOnce(pieces, directly);
  while (!written && written.error().code() == Code::kResourceExhausted &&
         owner_.reserve_.Reclaim()) {
    written = WriteOnce(pieces, directly);
  }
  PENSTOCK_RETURN_IF_ERROR(ToStorageStatus(written));
  for (std::string_view piece : pieces) written_ += piece.size();
  if (written_ - written_back_ >= kWritebackBytes) {
    file_->StartWriteback(written_back_, written_ - written_back_);
    written_back_ = written_;
  }
  return {};
}

Status PlainFileWriter::WriteOnce(std::span<const std::string_view> pieces, bool directly) {
  uint64_t offset = written_;
  PENSTOCK_TRY(const size_t done, directly ? WriteDirectly(pieces) : 0);
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i >= done) PENSTOCK_RETURN_IF_ERROR(file_->WriteAt(offset, pieces[i]));
    offset += pieces[i].size();
  }
  return {};
}

// How many of the first pieces have been written.
Result<size_t> PlainFileWriter::WriteDirectly(std::span<const std::string_view> pieces) {
  if (direct_ == nullptr) return size_t{0};
  size_t whole = 0;
  while (whole < pieces.size() && pieces[whole].size() == record_.block_size) ++whole;
  if (whole == 0) return size_t{0};
  PENSTOCK_TRY(bool written, direct_->WriteDirectly(written_, pieces.first(whole)));
  direct_used_ |= written;
  if (written) return whole;
  direct_ = nullptr;
  return size_t{0};
}

Status PlainFileWriter::AwaitWritten() {
  if (behind_) behind_->Await();
  return failure_;
}

Result<FileRecord> PlainFileWriter::Finish() {
  PENSTOCK_RETURN_IF_ERROR(AwaitWritten());
  PENSTOCK_RETURN_IF_ERROR(ToStorageStatus(file_->Sync()));
  PENSTOCK_RETURN_IF_ERROR(owner_.SyncName(id()));
  // What went past the cache is read from the drive, and so not what was written here by itself.
  if (!direct_used_) owner_.NoteVerified(id());
  return std::move(record_);
}

}  // namespace penstock::store
