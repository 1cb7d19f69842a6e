// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/database.h"

namespace penstock::metadata {

// Addresses at and below which stored bytes are to be deleted: asked for in the transaction that
// deletes the rows, and kept until it is done, so that a crash in between leaves nothing behind.
class RemovalTable {
 public:
  explicit RemovalTable(Database& database) : database_(database) {}

  base::Status Ask(Transaction& tx, const std::string& uri, base::Time now);
  base::Status Done(Transaction& tx, const std::string& uri);
  base::Result<std::vector<std::string>> List(int64_t limit);  // oldest first

 private:
  Database& database_;
};

}  // namespace penstock::metadata
