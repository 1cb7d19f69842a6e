// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "engine/executor.h"
#include "text/json.h"

namespace penstock::engine {

// Of an executor that looks at what its tasks use while they run. Thread-safe.
class ProfileSource {
 public:
  virtual ~ProfileSource() = default;
  // What the attempt that runs has used so far, in the form in which the record of its end has it
  // (`profile` of the details). Nothing where no attempt runs, or it is not looked at.
  virtual std::optional<text::Json> ProfileOf(const std::string& task_id) = 0;
};

// Of that executor; null where it does not look.
inline ProfileSource* ProfilesOf(Executor& executor) {
  return dynamic_cast<ProfileSource*>(&executor);
}

}  // namespace penstock::engine
