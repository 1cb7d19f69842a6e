// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/file_sink.h"
#include "base/result.h"
#include "store/data_files.h"
#include "store/records.h"
#include "store/scratch_buffers.h"
#include "sys/file_system.h"

namespace penstock::store {

// Reads a data file of nothing but the bytes. Each block is read and verified; a sink that takes
// files is then sent it out of the file, at once, so that it is copied once less and a slow client
// holds no memory. Of a part of a block no more than that is held either. `scratch` must outlive
// the reader.
class PlainFileReader final : public DataFileReader {
 public:
  PlainFileReader(std::unique_ptr<sys::File> file, FileRecord record, ScratchBuffers& scratch);

  base::Status Read(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                    base::ByteSink& sink) override;
  base::Status Fill(uint64_t offset, std::span<char> memory) override;

 private:
  uint64_t BlockBytes(uint64_t block) const;
  base::Result<std::string_view> ReadBlock(uint64_t block, std::span<char> buffer);
  base::Status Copy(uint64_t offset, uint64_t length, std::vector<char>& buffer,
                    base::ByteSink& sink);
  base::Status FillFromBlock(uint64_t offset, std::span<char> memory);
  base::Result<uint64_t> Send(uint64_t offset, uint64_t length, base::FileSink& sink);

  base::Status ReadBytes(uint64_t offset, std::span<char> buffer);
  bool WasVerified(uint64_t block) const;

  std::unique_ptr<sys::File> file_;
  const FileRecord record_;
  ScratchBuffers& scratch_;
  uint64_t verified_block_ = 0;
  std::optional<std::chrono::steady_clock::time_point> verified_at_;
};

}  // namespace penstock::store
