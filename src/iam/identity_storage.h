// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::iam {

// Where users, groups, policies and keys are kept: small texts by name ("users/alice"). What a call
// has returned without an error is durable. Called by one thread at a time.
class IdentityStorage {
 public:
  virtual ~IdentityStorage() = default;
  virtual base::Result<std::map<std::string, std::string>> LoadAll() = 0;
  virtual base::Status Put(std::string_view name, std::string_view text) = 0;
  // Removing what is not there is no error.
  virtual base::Status Remove(std::string_view name) = 0;
};

}  // namespace penstock::iam
