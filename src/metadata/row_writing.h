// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "metadata/statement.h"
#include "metadata/transaction.h"

namespace penstock::metadata {

// How many rows the statement changed.
inline base::Result<int64_t> RunCounting(Transaction& tx, Statement& statement) {
  PENSTOCK_RETURN_IF_ERROR(statement.Run());
  PENSTOCK_TRY(Statement changes, tx.Prepare("SELECT changes()"));
  PENSTOCK_RETURN_IF_ERROR(changes.Step());
  return changes.Integer(0);
}

// Runs a statement about the row of one id; kNotFound "<kind> <id> not found" where it changed
// none.
inline base::Status RunOnRow(Transaction& tx, Statement& statement, const char* kind,
                             const std::string& id) {
  PENSTOCK_TRY(int64_t rows, RunCounting(tx, statement));
  if (rows > 0) return {};
  return base::Fail(base::Code::kNotFound, std::string(kind) + " " + id + " not found");
}

// Deletes the row of that id; kNotFound as above.
inline base::Status DeleteRow(Transaction& tx, const char* table, const char* kind,
                              const std::string& id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare(std::string("DELETE FROM ") + table + " WHERE id=?"));
  statement.Bind(std::string_view(id));
  return RunOnRow(tx, statement, kind, id);
}

template <typename T>
SqlValue OrNull(const std::optional<T>& value) {
  return value ? SqlValue(int64_t{*value}) : SqlValue(nullptr);
}

}  // namespace penstock::metadata
