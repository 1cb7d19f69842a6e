// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "metadata/metadata_store.h"

namespace penstock::kfp {

// The answers to whoever asks for a run, which clients do again and again until it has ended, with
// all of its tasks. What was made of its pipeline and of each task is kept for the runs that were
// asked for last, and made again where the row in the database is another. Bounded; thread-safe.
class RunTexts {
 public:
  explicit RunTexts(metadata::MetadataStore& metadata) : metadata_(metadata) {}

  // The run with its tasks, as JSON text; kNotFound.
  base::Result<std::string> Get(const std::string& run_id);

 private:
  struct TaskText {
    std::string stamp, id, parent_id, text;
  };
  struct Made {
    std::string spec_json, spec_text;
    std::vector<std::shared_ptr<const TaskText>> tasks;
    size_t bytes = 0;
  };
  struct Kept {
    std::shared_ptr<const Made> made;
    uint64_t used = 0;
  };

  std::shared_ptr<const Made> Find(const std::string& run_id);
  void Keep(const std::string& run_id, std::shared_ptr<const Made> made);
  base::Status MakeTasks(const std::string& run_id, const Made* before, Made& made) const;

  metadata::MetadataStore& metadata_;
  std::mutex mutex_;
  uint64_t uses_ = 0;
  size_t bytes_ = 0;
  std::map<std::string, Kept> kept_;  // by id
};

}  // namespace penstock::kfp
