// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "metadata/change_feed.h"
#include "metadata/statement.h"

struct sqlite3;
struct sqlite3_stmt;

namespace penstock::metadata {

// One SQLite connection with its prepared statements, kept for the next use. Used by one thread at
// a time.
class Connection {
 public:
  static base::Result<std::unique_ptr<Connection>> Open(const std::string& path);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // The statement, reset and without bindings. At most one of the same text is in use at a time.
  base::Result<Statement> Prepare(const std::string& sql);
  // Runs one or several statements that give no rows.
  base::Status Execute(const std::string& sql);
  // From now on remembers which rows of runs and tasks are changed, until they are taken.
  void CollectChanges();
  std::vector<RowChange> TakeChanges() { return std::exchange(changes_, {}); }
  // Forgets the prepared statements once there are many (filters make ever new ones). None may be
  // in use.
  void TrimStatements();

 private:
  explicit Connection(sqlite3* handle) : handle_(handle) {}

  sqlite3* handle_;
  std::map<std::string, sqlite3_stmt*> prepared_;
  std::vector<RowChange> changes_;
};

}  // namespace penstock::metadata
