// SPDX-License-Identifier: Apache-2.0
#include "executor/local/live_profiles.h"

#include <utility>

namespace penstock::executor {

std::shared_ptr<const void> LiveProfiles::Show(const std::string& task_id, Read read) {
  std::lock_guard lock(mutex_);
  const uint64_t number = ++numbers_;
  shown_[task_id] = {number, std::move(read)};
  return {this, [this, task_id, number](const void*) {
            std::lock_guard guard(mutex_);
            auto found = shown_.find(task_id);
            if (found != shown_.end() && found->second.number == number) shown_.erase(found);
          }};
}

std::optional<text::Json> LiveProfiles::Of(const std::string& task_id) const {
  // Under the lock, so that whoever is shown stays meanwhile.
  std::lock_guard lock(mutex_);
  auto found = shown_.find(task_id);
  if (found == shown_.end()) return std::nullopt;
  return found->second.read();
}

}  // namespace penstock::executor
