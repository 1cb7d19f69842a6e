// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "metadata/database.h"
#include "metadata/found_rows.h"
#include "metadata/list_query.h"
#include "metadata/transaction.h"

namespace penstock::metadata {

// A key that list requests may sort and filter by, and the column behind it.
struct ListField {
  enum class Kind { kText, kTime };
  std::string_view key;
  std::string_view column;
  Kind kind = Kind::kText;
};

// How one table is listed: its columns in the order in which rows are read.
struct ListTable {
  std::string_view name;
  std::string_view columns;
  std::vector<ListField> fields;
  bool has_tags = false;  // `tags.<key>` filters on the JSON column "tags"
  // SQL for the value of a `metric:<name>` to sort by, where '?' stands for the name as a literal.
  std::string_view metric = {};
  // A table that holds how many rows there are for each combination of some columns, so that lists
  // which ask for these alone need not count a million rows.
  std::string_view count_table = {};
  std::string_view count_column = {};
  std::vector<std::string_view> counted = {};
  // A column whose values are kept apart, so that looking for a part of one need not look at all
  // rows, and what looks there. It knows of storage_state and created_at, too.
  std::string_view parts_column = {};
  base::Result<FoundRows> (*find_parts)(Transaction&, const PartsQuery&) = nullptr;
};

// A condition of ours beside the caller's filter: SQL with '?' for each value.
struct ListScope {
  std::string sql;
  std::vector<SqlValue> values;
  std::vector<std::string> columns = {};  // that it speaks of
  PartsQuery parts = {};                  // what is asked of the table's parts_column
};

// Lists one page (kfp-contract 1.2): read_row is called for each row, whose columns are those of
// the table, and nothing else. Wrong queries are kInvalidArgument.
struct ListOutcome {
  std::string next_page_token;
  int64_t total_size = 0;
};
base::Result<ListOutcome> ListRows(Transaction& tx, const ListTable& table, const ListScope& scope,
                                   const ListQuery& query,
                                   const std::function<void(const Statement&)>& read_row);

// The same as a page of T, each read by `read`.
template <typename T>
base::Result<Page<T>> ListPage(Database& database, const ListTable& table, const ListScope& scope,
                               const ListQuery& query, T (*read)(const Statement&)) {
  Page<T> page;
  base::Status done = database.Read([&](Transaction& tx) -> base::Status {
    PENSTOCK_TRY(ListOutcome outcome, ListRows(tx, table, scope, query, [&](const Statement& row) {
                   page.items.push_back(read(row));
                 }));
    page.next_page_token = std::move(outcome.next_page_token);
    page.total_size = outcome.total_size;
    return {};
  });
  if (!done) return base::Fail(std::move(done).error());
  return page;
}

}  // namespace penstock::metadata
