// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::executor {

struct ImageUser {
  int64_t uid = 0;
  int64_t gid = 0;
  std::vector<int64_t> groups;  // further ones, of a user that the image knows
};

// Whom "", "app", "1000", "app:staff" or "1000:1000" means, by an image's /etc/passwd and
// /etc/group ("" where it has none). Numbers need not be known there. kInvalidArgument where a name
// is not. Pure.
base::Result<ImageUser> FindImageUser(std::string_view user, std::string_view passwd,
                                      std::string_view group);

}  // namespace penstock::executor
