// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "metadata/database.h"
#include "metadata/transaction.h"

namespace penstock::metadata {

// The first row that the query gives for the one value, read by `read`; nothing where there is
// none.
template <typename T>
base::Result<std::optional<T>> ReadOne(Transaction& tx, const std::string& sql,
                                       const std::string& value, T (*read)(const Statement&)) {
  PENSTOCK_TRY(Statement statement, tx.Prepare(sql));
  statement.Bind(std::string_view(value));
  PENSTOCK_TRY(bool row, statement.Step());
  return row ? std::optional<T>(read(statement)) : std::nullopt;
}

// All rows that the query gives for the one value.
template <typename T>
base::Result<std::vector<T>> ReadAll(Transaction& tx, const std::string& sql,
                                     const std::string& value, T (*read)(const Statement&)) {
  PENSTOCK_TRY(Statement statement, tx.Prepare(sql));
  statement.Bind(std::string_view(value));
  std::vector<T> rows;
  while (true) {
    PENSTOCK_TRY(bool row, statement.Step());
    if (!row) return rows;
    rows.push_back(read(statement));
  }
}

// Runs `body`, which gives a value, on a snapshot of its own.
template <typename Body>
auto OnSnapshot(Database& database, Body body) -> decltype(body(std::declval<Transaction&>())) {
  using Outcome = decltype(body(std::declval<Transaction&>()));
  std::optional<Outcome> outcome;
  base::Status done = database.Read([&](Transaction& tx) -> base::Status {
    outcome = body(tx);
    if (!*outcome) return base::Fail(outcome->error());
    return {};
  });
  if (!done) return base::Fail(std::move(done).error());
  return *std::move(outcome);
}

// The value, or kNotFound "<kind> <id> not found".
template <typename T>
base::Result<T> OrNotFound(base::Result<std::optional<T>> found, const char* kind,
                           const std::string& id) {
  if (!found) return base::Fail(std::move(found).error());
  if (!*found) {
    return base::Fail(base::Code::kNotFound, std::string(kind) + " " + id + " not found");
  }
  return **std::move(found);
}

// The row of that id; kNotFound as above.
template <typename T>
base::Result<T> GetRow(Transaction& tx, const char* table, const char* columns, const char* kind,
                       const std::string& id, T (*read)(const Statement&)) {
  const std::string sql = std::string("SELECT ") + columns + " FROM " + table + " WHERE id=?";
  return OrNotFound(ReadOne<T>(tx, sql, id, read), kind, id);
}

// The same on a snapshot of its own.
template <typename T>
base::Result<T> GetRow(Database& database, const char* table, const char* columns, const char* kind,
                       const std::string& id, T (*read)(const Statement&)) {
  return OnSnapshot(database,
                    [&](Transaction& tx) { return GetRow<T>(tx, table, columns, kind, id, read); });
}

}  // namespace penstock::metadata
