// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/random.h"
#include "base/result.h"
#include "iam/credentials.h"

namespace penstock::server {

struct RootKeys {
  iam::AccessKey key;
  std::string source;             // "environment", or the path of the file they are kept in
  std::string previous_secret{};  // PENSTOCK_ROOT_PASSWORD_OLD (or MINIO_ROOT_PASSWORD_OLD), or ""
};

// The root's keys, from PENSTOCK_ROOT_USER and PENSTOCK_ROOT_PASSWORD (or MINIO_ROOT_USER and
// MINIO_ROOT_PASSWORD), else from `file`, which is made with random keys and mode 0600 where
// absent. Given keys must be 3..128 and 8..128 characters, as MinIO asks.
base::Result<RootKeys> LoadRootKeys(const std::string& file, base::Random& random);

}  // namespace penstock::server
