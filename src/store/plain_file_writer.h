// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/piece_stream.h"
#include "base/result.h"
#include "store/data_files.h"
#include "store/records.h"
#include "sys/direct_file.h"
#include "sys/file_system.h"

namespace penstock::store {

class DriveFiles;

// A data file that holds an object's bytes and nothing else (docs/decisions/0068). Its first MiB
// goes through the system's page cache; whole blocks after that go past it where the drive can, and
// are written by other threads while the next are received.
class PlainFileWriter final : public DataFileWriter {
 public:
  PlainFileWriter(DriveFiles& owner, uint64_t id, std::unique_ptr<sys::File> file,
                  size_t block_size);
  ~PlainFileWriter() override;

  // A failure may be that of an earlier block.
  base::Result<bool> Append(std::string_view block,
                            const std::shared_ptr<const void>& keeper) override;
  base::Result<FileRecord> Finish() override;

  // What the threads of such files do.
  static base::PieceWorkers::Limits WorkerLimits();
  static void WriteTaken(std::span<base::PieceStream* const> streams);

 private:
  struct Behind : base::PieceStream {
    Behind(base::PieceWorkers& workers, PlainFileWriter& file) : PieceStream(workers), file(file) {}
    PlainFileWriter& file;
  };

  bool GoesBehind(std::string_view block) const;
  base::Status Write(std::span<const std::string_view> pieces, bool directly);
  base::Status WriteOnce(std::span<const std::string_view> pieces, bool directly);
  base::Result<size_t> WriteDirectly(std::span<const std::string_view> pieces);
  base::Status AwaitWritten();

  DriveFiles& owner_;
  std::unique_ptr<sys::File> file_;
  FileRecord record_;
  // Of whoever writes: the caller, and from the first block that goes behind on one of the threads.
  sys::DirectFile* direct_;  // of the file, as long as it is of use
  bool direct_used_ = false;
  uint64_t written_ = 0;
  uint64_t written_back_ = 0;
  base::Status failure_;
  std::atomic<bool> failed_ = false;
  std::optional<Behind> behind_;
};

}  // namespace penstock::store
