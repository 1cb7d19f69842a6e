// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "text/json.h"

namespace penstock::executor {

// The profiles of tasks that run, by their ids. Thread-safe.
class LiveProfiles {
 public:
  using Read = std::function<text::Json()>;

  // Shows a profile until the holder goes; it must not outlive this object. `read` is called on
  // any thread meanwhile, and not after that. Of two attempts of a task the later one is shown.
  std::shared_ptr<const void> Show(const std::string& task_id, Read read);
  std::optional<text::Json> Of(const std::string& task_id) const;

 private:
  struct Shown {
    uint64_t number = 0;
    Read read;
  };
  mutable std::mutex mutex_;
  uint64_t numbers_ = 0;
  std::map<std::string, Shown> shown_;
};

}  // namespace penstock::executor
