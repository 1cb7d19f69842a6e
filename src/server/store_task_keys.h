// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "executor/local/task_keys.h"
#include "iam/credentials.h"

namespace penstock::server {

// Keys for running tasks of the embedded store: temporary keys that a grant of path prefixes
// belongs to. They end with the attempt, and with the server, since they are in memory only.
// Thread-safe.
class StoreTaskKeys final : public executor::TaskKeyIssuer {
 public:
  // The endpoint is the S3 address as tasks reach it. The store of keys must outlive this and what
  // it issues.
  StoreTaskKeys(iam::CredentialStore& credentials, std::string endpoint, std::string region)
      : credentials_(credentials), endpoint_(std::move(endpoint)), region_(std::move(region)) {}

  std::unique_ptr<executor::TaskKeys> Issue(const executor::TaskReach& reach) override;

 private:
  iam::CredentialStore& credentials_;
  const std::string endpoint_;
  const std::string region_;
};

}  // namespace penstock::server
