// SPDX-License-Identifier: Apache-2.0
#include "metadata/connection.h"

#include <string_view>

#include <sqlite3.h>

#include "metadata/row_set.h"

namespace penstock::metadata {

namespace {

// in_row_set(rowid, ?): whether the rows that are bound have this one.
void InRowSet(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* rows = static_cast<const RowSet*>(sqlite3_value_pointer(values[1], kRowSetType));
  const bool has = rows != nullptr && rows->Has(sqlite3_value_int64(values[0]));
  sqlite3_result_int(context, has ? 1 : 0);
}

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path) {
  sqlite3* handle = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  int code = sqlite3_open_v2(path.c_str(), &handle, kFlags, nullptr);
  if (code != SQLITE_OK) {
    std::string why = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    sqlite3_close(handle);
    return base::Fail(base::Code::kInternal, "cannot open the database " + path + ": " + why);
  }
  std::unique_ptr<Connection> connection(new Connection(handle));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, 10'000);
  sqlite3_create_function_v2(handle, "in_row_set", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr,
                             InRowSet, nullptr, nullptr, nullptr);
  PENSTOCK_RETURN_IF_ERROR(connection->Execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
      "PRAGMA cache_size=-2000; PRAGMA temp_store=MEMORY;"));
  return connection;
}

void Connection::CollectChanges() {
  auto collect = [](void* self, int, const char*, const char* table, sqlite3_int64 row) {
    auto& changes = static_cast<Connection*>(self)->changes_;
    const std::string_view name(table);
    if (name == "runs") changes.push_back({RowChange::Table::kRun, row});
    if (name == "tasks") changes.push_back({RowChange::Table::kTask, row});
  };
  sqlite3_update_hook(handle_, collect, this);
}

Connection::~Connection() {
  for (auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void Connection::TrimStatements() {
  constexpr size_t kMany = 200;
  if (prepared_.size() <= kMany) return;
  for (auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  prepared_.clear();
}

base::Result<Statement> Connection::Prepare(const std::string& sql) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v3(handle_, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                  SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return base::Fail(SqliteError(handle_, code));
    found = prepared_.emplace(sql, statement).first;
  }
  return Statement(handle_, found->second);
}

base::Status Connection::Execute(const std::string& sql) {
  int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return base::Fail(SqliteError(handle_, code));
  return {};
}

}  // namespace penstock::metadata
