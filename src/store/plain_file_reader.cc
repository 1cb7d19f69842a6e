// SPDX-License-Identifier: Apache-2.0
#include "store/plain_file_reader.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "crypto/checksum.h"
#include "store/drive_files.h"
#include "sys/file_descriptor.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using std::chrono::steady_clock;

// For how long a block that was verified is taken to be in memory still, as it was. After that the
// system may have dropped it and would read it anew from the drive, unverified.
constexpr std::chrono::milliseconds kVerifiedFor{100};
// Below this, copying costs less than having the system take pages of a file.
constexpr uint64_t kLeastSent = 16 << 10;

tl::unexpected<base::Error> FailTooShort() {
  return Fail(Code::kDataLoss, "the data file has fewer blocks than the object needs");
}

}  // namespace

PlainFileReader::PlainFileReader(std::unique_ptr<sys::File> file, FileRecord record,
                                 ScratchBuffers& scratch)
    : file_(std::move(file)), record_(std::move(record)), scratch_(scratch) {}

Status PlainFileReader::Read(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                             base::ByteSink& sink) {
  base::FileSink* taker = base::FileSinkOf(sink);
  bool sends = taker != nullptr && sys::DescriptorOf(*file_).has_value() &&
               record_.block_size <= scratch_.size();
  while (length > 0) {
    uint64_t block = offset / record_.block_size;
    if (block >= record_.block_sums.size()) return FailTooShort();
    uint64_t end = block * record_.block_size + BlockBytes(block);
    uint64_t count = std::min(length, end - offset);
    uint64_t sent = 0;
    if (sends && count >= kLeastSent) {
      PENSTOCK_TRY(sent, Send(offset, count, *taker));
      sends = sent == count;
    }
    if (sent < count) PENSTOCK_RETURN_IF_ERROR(Copy(offset + sent, count - sent, buffer, sink));
    offset += count;
    length -= count;
  }
  return {};
}

uint64_t PlainFileReader::BlockBytes(uint64_t block) const {
  return std::min<uint64_t>(record_.block_size, record_.size - block * record_.block_size);
}

// Bytes within one block.
Status PlainFileReader::Copy(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                             base::ByteSink& sink) {
  if (buffer.size() < length) buffer.resize(length);
  PENSTOCK_RETURN_IF_ERROR(FillFromBlock(offset, std::span(buffer).first(length)));
  return sink.Write({buffer.data(), length});
}

Status PlainFileReader::Fill(uint64_t offset, std::span<char> memory) {
  while (!memory.empty()) {
    uint64_t block = offset / record_.block_size;
    if (block >= record_.block_sums.size()) return FailTooShort();
    uint64_t end = block * record_.block_size + BlockBytes(block);
    size_t count = std::min<uint64_t>(memory.size(), end - offset);
    PENSTOCK_RETURN_IF_ERROR(FillFromBlock(offset, memory.first(count)));
    offset += count;
    memory = memory.subspan(count);
  }
  return {};
}

// The next part of the same block is soon asked for, mostly.
Status PlainFileReader::FillFromBlock(uint64_t offset, std::span<char> memory) {
  uint64_t block = offset / record_.block_size;
  if (memory.size() == BlockBytes(block)) {
    PENSTOCK_RETURN_IF_ERROR(ReadBlock(block, memory));
    return {};
  }
  if (WasVerified(block)) return ReadBytes(offset, memory);
  auto read = [&](std::span<char> scratch) -> Status {
    PENSTOCK_TRY(std::string_view bytes, ReadBlock(block, scratch));
    bytes.copy(memory.data(), memory.size(), offset % record_.block_size);
    return {};
  };
  if (record_.block_size <= scratch_.size()) return read(scratch_.Take().bytes());
  std::vector<char> scratch(BlockBytes(block));  // of a store that had larger blocks once
  return read(scratch);
}

// Likewise; returns how many the sink took out of the file. The others it wants to be given.
Result<uint64_t> PlainFileReader::Send(uint64_t offset, uint64_t length, base::FileSink& sink) {
  const int descriptor = *sys::DescriptorOf(*file_);
  const uint64_t block = offset / record_.block_size;
  uint64_t sent = 0;
  while (sent < length) {
    if (!WasVerified(block)) {
      ScratchBuffers::Lease lease = scratch_.Take();
      PENSTOCK_RETURN_IF_ERROR(ReadBlock(block, lease.bytes()));
    }
    PENSTOCK_TRY(auto taken, sink.WriteFrom(descriptor, offset + sent, length - sent));
    if (!taken) break;
    sent += *taken;
    if (sent < length) PENSTOCK_RETURN_IF_ERROR(sink.AwaitRoom());
  }
  return sent;
}

bool PlainFileReader::WasVerified(uint64_t block) const {
  return verified_at_ && verified_block_ == block &&
         steady_clock::now() - *verified_at_ <= kVerifiedFor;
}

Status PlainFileReader::ReadBytes(uint64_t offset, std::span<char> buffer) {
  Status read = file_->ReadAt(offset, buffer);
  if (!read && read.error().code() == Code::kOutOfRange) {
    return Fail(Code::kDataLoss, read.error().message());
  }
  return ToStorageStatus(read);
}

Result<std::string_view> PlainFileReader::ReadBlock(uint64_t block, std::span<char> buffer) {
  std::span<char> bytes = buffer.first(BlockBytes(block));
  PENSTOCK_RETURN_IF_ERROR(ReadBytes(block * record_.block_size, bytes));
  std::string_view text(bytes.data(), bytes.size());
  if (crypto::Crc32c(text) != record_.block_sums[block]) {
    return Fail(Code::kDataLoss, "block " + std::to_string(block) + " does not match its checksum");
  }
  verified_block_ = block;
  verified_at_ = steady_clock::now();
  return text;
}

}  // namespace penstock::store
