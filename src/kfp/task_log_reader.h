// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/executor.h"
#include "kfp/backend.h"
#include "metadata/task.h"

namespace penstock::kfp {

// The log of an attempt: from the executor while it has it, else from where it was published. It
// is passed on in pieces, and no more of it than one is in memory.
class TaskLogReader {
 public:
  using Take = std::function<base::Status(std::string_view)>;

  // Both must outlive the reader.
  TaskLogReader(Backend& backend, const metadata::Task& task, int attempt)
      : backend_(backend), task_(task), attempt_(attempt) {}

  // How much there is so far; kNotFound where there is none.
  base::Result<uint64_t> Size();
  // Passes on what there is from `begin` to `end`, until `take` fails.
  base::Status Read(uint64_t begin, uint64_t end, const Take& take);

 private:
  base::Result<engine::LogPiece> Piece(uint64_t offset, size_t limit);
  base::Status ReadPublished(const base::Error& absent, uint64_t begin, uint64_t end,
                             const Take& take);
  base::Result<std::string> PublishedInstead(const base::Error& absent) const;
  std::string PublishedUri() const;

  Backend& backend_;
  const metadata::Task& task_;
  const int attempt_;
};

}  // namespace penstock::kfp
