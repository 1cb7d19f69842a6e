// SPDX-License-Identifier: Apache-2.0
#include "store/drives/sharded_writer.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "crypto/checksum.h"

namespace penstock::store {

using base::Code;
using base::Error;
using base::Fail;
using base::Result;
using base::Status;

// Written bytes are sent to the disk in runs of this size, of all drives together, as with one.
constexpr uint64_t kWritebackBytes = uint64_t{8} << 20;

ShardedWriter::ShardedWriter(ShardedFiles& owner, uint64_t id)
    : DataFileWriter(id),
      owner_(owner),
      shards_(static_cast<size_t>(owner.geometry().drives)),
      last_failure_(Code::kUnavailable, "they are offline") {
  record_.block_size = static_cast<uint32_t>(owner.block_size());
  record_.data_shards = static_cast<uint8_t>(owner.geometry().data());
  record_.parity_shards = static_cast<uint8_t>(owner.geometry().parity);
  data_.resize(record_.data_shards);
  parity_.resize(record_.parity_shards);
}

ShardedWriter::~ShardedWriter() {
  shards_.clear();
  if (!kept()) owner_.Remove({id()});
  bool missing = false;
  {
    std::lock_guard lock(owner_.mutex_);
    missing = owner_.written_now_.extract(id()).mapped();
  }
  // It is in the durable queue already, if the file was committed; this is so that somebody looks.
  if (kept() && missing) owner_.queue_.Add(id());
}

Status ShardedWriter::Create() {
  for (size_t shard = 0; shard < shards_.size(); ++shard) {
    DriveSlot& slot = owner_.SlotOf(id(), static_cast<int>(shard));
    if (!slot.takes_shards()) continue;
    auto file = slot.files.CreateFile(id());
    if (file) {
      shards_[shard] = std::move(*file);
    } else {
      Lose(shard, file.error());
    }
  }
  return CheckQuorum();
}

void ShardedWriter::Lose(size_t shard, const Error& error) {
  shards_[shard].reset();
  last_failure_ = error;
  owner_.NoteWriteError(owner_.SlotOf(id(), static_cast<int>(shard)), error);
}

Status ShardedWriter::CheckQuorum() const {
  auto left = std::count_if(shards_.begin(), shards_.end(),
                            [](const auto& shard) { return shard != nullptr; });
  if (left >= owner_.geometry().write_quorum()) return {};
  // A full drive says so by itself.
  if (last_failure_.code() == Code::kResourceExhausted) return Fail(last_failure_);
  return Fail(Code::kUnavailable, std::to_string(left) + " of " + std::to_string(shards_.size()) +
                                      " drives can be written, and writing needs " +
                                      std::to_string(owner_.geometry().write_quorum()) + ": " +
                                      last_failure_.message());
}

void ShardedWriter::Cut(std::string_view block, size_t shard_bytes) {
  size_t whole = block.size() / shard_bytes;  // shards that the block fills
  size_t padded = data_.size() - std::min(whole, data_.size());
  padding_.assign(padded * shard_bytes, '\0');
  size_t rest = block.size() - whole * shard_bytes;
  if (padded > 0) std::memcpy(padding_.data(), block.data() + whole * shard_bytes, rest);
  for (size_t shard = 0; shard < data_.size(); ++shard) {
    data_[shard] = shard < whole ? block.data() + shard * shard_bytes
                                 : padding_.data() + (shard - whole) * shard_bytes;
  }
  parity_bytes_.resize(parity_.size() * shard_bytes);
  for (size_t i = 0; i < parity_.size(); ++i) parity_[i] = parity_bytes_.data() + i * shard_bytes;
}

Result<bool> ShardedWriter::Append(std::string_view block,
                                   const std::shared_ptr<const void>& /*keeper*/) {
  size_t shard_bytes = (block.size() + data_.size() - 1) / data_.size();
  Cut(block, shard_bytes);
  owner_.code().Encode(data_, parity_, shard_bytes);
  for (size_t shard = 0; shard < shards_.size(); ++shard) {
    std::string_view bytes(shard < data_.size() ? data_[shard] : parity_[shard - data_.size()],
                           shard_bytes);
    record_.block_sums.push_back(crypto::Crc32c(bytes));
    if (!shards_[shard]) continue;
    Status written = ToStorageStatus(shards_[shard]->WriteAt(offset_, bytes));
    if (!written) Lose(shard, written.error());
  }
  record_.size += block.size();
  offset_ += shard_bytes;
  PENSTOCK_RETURN_IF_ERROR(CheckQuorum());
  if ((offset_ - written_back_) * shards_.size() >= kWritebackBytes) {
    StartWriteback();
    PENSTOCK_RETURN_IF_ERROR(owner_.reserve_.Check());
  }
  return true;
}

void ShardedWriter::StartWriteback() {
  for (const auto& shard : shards_) {
    if (shard) shard->StartWriteback(written_back_, offset_ - written_back_);
  }
  written_back_ = offset_;
}

Result<FileRecord> ShardedWriter::Finish() {
  std::vector<Status> outcomes(shards_.size());
  std::vector<std::function<void()>> jobs;
  for (size_t shard = 0; shard < shards_.size(); ++shard) {
    if (!shards_[shard]) continue;
    jobs.emplace_back([this, shard, &outcomes] {
      Status synced = ToStorageStatus(shards_[shard]->Sync());
      if (synced) synced = owner_.SlotOf(id(), static_cast<int>(shard)).files.SyncName(id());
      outcomes[shard] = std::move(synced);
    });
  }
  owner_.pool_.RunAll(std::move(jobs));
  for (size_t shard = 0; shard < shards_.size(); ++shard) {
    if (!outcomes[shard]) Lose(shard, outcomes[shard].error());
  }
  PENSTOCK_RETURN_IF_ERROR(CheckQuorum());
  bool missing = std::find(shards_.begin(), shards_.end(), nullptr) != shards_.end();
  std::lock_guard lock(owner_.mutex_);
  owner_.written_now_[id()] = missing;
  return std::move(record_);
}

}  // namespace penstock::store
