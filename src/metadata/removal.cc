// SPDX-License-Identifier: Apache-2.0
#include "metadata/removal.h"

#include "metadata/row_reading.h"

namespace penstock::metadata {

using base::Result;
using base::Status;

Status RemovalTable::Ask(Transaction& tx, const std::string& uri, base::Time now) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT OR REPLACE INTO removals (uri, asked_at) VALUES (?,?)"));
  statement.Bind(std::string_view(uri)).Bind(now);
  return statement.Run();
}

Status RemovalTable::Done(Transaction& tx, const std::string& uri) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("DELETE FROM removals WHERE uri=?"));
  statement.Bind(std::string_view(uri));
  return statement.Run();
}

Result<std::vector<std::string>> RemovalTable::List(int64_t limit) {
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<std::string>> {
    PENSTOCK_TRY(Statement statement,
                 tx.Prepare("SELECT uri FROM removals ORDER BY asked_at, uri LIMIT ?"));
    statement.Bind(limit);
    std::vector<std::string> uris;
    while (true) {
      PENSTOCK_TRY(bool row, statement.Step());
      if (!row) return uris;
      uris.push_back(statement.Text(0));
    }
  });
}

}  // namespace penstock::metadata
