// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/core.h"

namespace penstock::store {

// Small texts of the store as a whole, by name. Thread-safe.
class Documents {
 public:
  explicit Documents(Core& core) : core_(core) {}

  base::Result<std::optional<std::string>> Get(std::string_view name);
  base::Status Put(std::string_view name, std::string_view text);
  base::Status Delete(std::string_view name);
  base::Result<std::vector<std::string>> List(std::string_view prefix, std::string_view start_after,
                                              size_t max_names);

 private:
  Core& core_;
};

}  // namespace penstock::store
