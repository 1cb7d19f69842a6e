// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/log.h"
#include "base/piece_stream.h"
#include "base/result.h"
#include "store/data_files.h"
#include "store/local_data_files.h"
#include "store/scratch_buffers.h"
#include "store/space_reserve.h"
#include "sys/file_system.h"

namespace penstock::store {

// A full disk gets the reason that callers look for.
base::Status ToStorageStatus(const base::Status& status);

// The files under data/ of one drive: data/<last byte>/<16 hex digits>. As a store's data files
// they hold nothing but its bytes, so that a file can be handed on as it is; of several drives each
// has one file of shards in its place. Thread-safe.
class DriveFiles final : public DataFiles, public LocalDataFiles {
 public:
  // All must outlive this object and its writers.
  DriveFiles(sys::FileSystem& files, std::string directory, size_t block_size,
             const SpaceReserve& reserve, base::Logger& logger);

  base::Status MakeDirectories();

  base::Result<std::unique_ptr<DataFileWriter>> Create(uint64_t id) override;
  base::Result<std::optional<AdoptedFile>> Adopt(uint64_t id, const std::string& path,
                                                 uint64_t least) override;
  base::Result<std::optional<TakenFile>> TakeIn(uint64_t id, const std::string& path,
                                                uint64_t least) override;
  base::Status SyncTaken(uint64_t id, TakenFile& taken) override;
  base::Result<AdoptedFile> Digest(uint64_t id, const std::atomic<bool>& stop) override;
  base::Result<bool> LinkTaken(uint64_t id, const std::string& path) override;
  void Drop(uint64_t id) override { Remove({id}); }
  base::Result<bool> LinkTo(uint64_t id, const FileRecord& record,
                            const std::string& path) override;
  base::Result<std::unique_ptr<DataFileReader>> OpenReader(uint64_t id, FileRecord record) override;
  void Remove(const std::vector<uint64_t>& ids) override;
  // Names that are not ids are left out.
  base::Result<std::vector<uint64_t>> List(int shard) override;
  size_t block_size() const override { return block_size_; }

  // The file alone, for those who know what is in it.
  base::Result<std::unique_ptr<sys::File>> CreateFile(uint64_t id);
  base::Result<std::unique_ptr<sys::File>> OpenFile(uint64_t id);  // kDataLoss where missing
  base::Status SyncName(uint64_t id);                              // makes the file's name durable
  // A file made beside its place, and put there whole by the second call, durably.
  base::Result<std::unique_ptr<sys::File>> CreateBeside(uint64_t id);
  base::Status PutInPlace(uint64_t id);
  void GiveUpBeside(uint64_t id);
  // Removes what CreateBeside() made and is in no place yet, in earlier processes too.
  base::Status RemoveBeside(int shard);
  std::string PathOf(uint64_t id) const;

 private:
  friend class PlainFileWriter;
  std::string ShardPath(int shard) const;
  // Which files had all their blocks written or verified by this process. It may forget some.
  void NoteVerified(uint64_t id);
  bool IsVerified(uint64_t id) const;
  std::string BesidePath(uint64_t id) const { return PathOf(id) + ".new"; }

  sys::FileSystem& files_;
  std::string directory_;
  size_t block_size_;
  const SpaceReserve& reserve_;
  base::Logger& logger_;
  mutable std::mutex verified_mutex_;
  std::unordered_set<uint64_t> verified_;
  ScratchBuffers scratch_;
  base::PieceWorkers writers_;
};

}  // namespace penstock::store
