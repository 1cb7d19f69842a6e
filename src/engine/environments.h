// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "engine/executor.h"

namespace penstock::engine {

// A set of packages for one interpreter that tasks share.
struct EnvironmentInfo {
  std::string id;
  std::string python;                     // "3.11.2"
  std::string interpreter;                // its path
  std::vector<std::string> requirements;  // as they were asked for
  std::vector<std::string> packages;      // what they came to: "name==version"
  std::string lock_id;                    // "" where there is none
  uint64_t size_bytes = 0;
  base::Time created_at;
  base::Time last_used_at;
  bool in_use = false;
};

struct EnvironmentUsage {
  std::optional<uint64_t> total_bytes;  // on disk, with what the package tool keeps; once measured
  std::optional<uint64_t> limit_bytes;
};

// The environments that an executor keeps from run to run. Thread-safe.
class Environments {
 public:
  virtual ~Environments() = default;
  virtual std::vector<EnvironmentInfo> List() = 0;  // the one that was used last comes first
  virtual EnvironmentUsage Usage() = 0;
  // kNotFound where there is none, kFailedPrecondition while a task uses it.
  virtual base::Status Remove(const std::string& id) = 0;
  // The text of a lock: a requirements file of exactly what was installed. It is kept when the
  // environment is removed. kNotFound where there is none.
  virtual base::Result<std::string> Lock(const std::string& lock_id) = 0;
};

// Of an executor that keeps some.
class EnvironmentsOwner {
 public:
  virtual ~EnvironmentsOwner() = default;
  virtual Environments* environments() = 0;  // null where it has none after all
};

// Those of that executor; null where it keeps none.
inline Environments* EnvironmentsOf(Executor& executor) {
  auto* owner = dynamic_cast<EnvironmentsOwner*>(&executor);
  return owner == nullptr ? nullptr : owner->environments();
}

}  // namespace penstock::engine
