// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "metadata/connection.h"

namespace penstock::metadata {

// The statements of one Database::Write or Read, for the tables of this folder.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  base::Result<Statement> Prepare(const std::string& sql) { return connection_.Prepare(sql); }

 private:
  Connection& connection_;
};

}  // namespace penstock::metadata
