// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "store/data_files.h"
#include "store/index.h"

namespace penstock::store {

// Commits batches, and gets the index going again after it could not be written: a full disk stops
// writes for as long as it is full and no longer. Thread-safe.
class IndexWriter {
 public:
  IndexWriter(Index& index, DataFiles& data, base::Logger& logger)
      : index_(index), data_(data), logger_(logger) {}

  // Commits durably. `new_files` are data files that the batch refers to for the first time; on
  // failure this object removes them, at once or as soon as it is certain that the batch will not
  // come back with a restart.
  base::Status Commit(IndexBatch& batch, const std::vector<uint64_t>& new_files = {});

 private:
  base::Status RecoverIfBroken();

  Index& index_;
  DataFiles& data_;
  base::Logger& logger_;
  std::atomic<bool> broken_{false};
  std::mutex mutex_;                // one recovery at a time; guards doubtful_
  std::vector<uint64_t> doubtful_;  // files of batches that failed
};

}  // namespace penstock::store
