// SPDX-License-Identifier: Apache-2.0
#include "metadata/list_plan.h"

#include <algorithm>

#include "base/encoding.h"
#include "metadata/list_filter.h"
#include "text/json.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

constexpr int64_t kDefaultPage = 20;
constexpr int64_t kLargestPage = 200;

struct SortOrder {
  std::string column = "created_at";
  bool descending = false;
};

constexpr std::string_view kMetricPrefix = "metric:";
constexpr size_t kLongestMetric = 256;

// The metric's value as a column; "" where the table has none or the name cannot be one.
std::string MetricColumn(const ListTable& table, std::string_view name) {
  if (table.metric.empty() || name.empty() || name.size() > kLongestMetric ||
      name.find_first_of(std::string_view("\"\0", 2)) != std::string_view::npos) {
    return "";
  }
  // In hexadecimal, so that nothing of it is ever read as SQL.
  const std::string literal =
      "CAST(x'" + base::HexEncode("$.\"" + std::string(name) + "\"") + "' AS TEXT)";
  std::string column;
  for (char c : table.metric) column += c == '?' ? literal : std::string(1, c);
  return column;
}

std::string ColumnOf(const ListTable& table, std::string_view key) {
  if (base::ToLower(std::string(key.substr(0, kMetricPrefix.size()))) == kMetricPrefix) {
    return MetricColumn(table, key.substr(kMetricPrefix.size()));
  }
  const ListField* field = FindListField(table, base::ToLower(std::string(key)));
  return field == nullptr ? "" : std::string(field->column);
}

// `field`, `field asc` or `field desc`.
Result<SortOrder> ParseSort(const ListTable& table, std::string_view sort_by) {
  SortOrder order;
  std::string_view words = base::Trim(sort_by);
  if (words.empty()) return order;
  size_t space = words.find(' ');
  std::string key(words.substr(0, space));
  std::string direction =
      space == std::string_view::npos ? "asc" : base::ToLower(base::Trim(words.substr(space)));
  order.column = ColumnOf(table, key);
  if (order.column.empty() || (direction != "asc" && direction != "desc")) {
    return Fail(Code::kInvalidArgument, "invalid sort_by '" + std::string(sort_by) +
                                            "': write a field of " + std::string(table.name) +
                                            ", then asc or desc");
  }
  order.descending = direction == "desc";
  return order;
}

Result<int64_t> PageSize(int64_t asked) {
  if (asked < 0) {
    return Fail(Code::kInvalidArgument,
                "page_size must not be negative, and is " + std::to_string(asked));
  }
  return asked == 0 ? kDefaultPage : std::min(asked, kLargestPage);
}

// Where a page begins: behind this row, in the order and with the filter it was made for.
struct PageStart {
  SqlValue value;
  std::string id;
};

Json ToJson(const SqlValue& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return Json(*integer);
  if (const auto* text = std::get_if<std::string>(&value)) return Json(*text);
  if (const auto* real = std::get_if<double>(&value)) return Json(*real);
  return Json();
}

SqlValue FromJson(const Json& json) {
  if (json.is_integer()) return json.as_integer();
  if (json.is_string()) return json.as_string();
  if (json.is_number()) return json.as_number();
  return nullptr;
}

std::string MakeToken(const SortOrder& order, const std::string& filter, const PageStart& start) {
  Json token;
  token["column"] = order.column;
  token["descending"] = order.descending;
  token["filter"] = filter;
  token["value"] = ToJson(start.value);
  token["id"] = start.id;
  return base::Base64Encode(text::FormatJson(token));
}

Result<std::optional<PageStart>> ParseToken(const SortOrder& order, const ListQuery& query) {
  if (query.page_token.empty()) return std::optional<PageStart>();
  auto bad = [] {
    return Fail(Code::kInvalidArgument,
                "invalid page_token: use next_page_token of the page before, unchanged");
  };
  auto decoded = base::Base64Decode(query.page_token);
  if (!decoded) return bad();
  auto token = text::ParseJson(*decoded);
  if (!token || token->Find("value") == nullptr || token->StringOr("id", "").empty()) return bad();
  if (token->StringOr("column", "") != order.column ||
      token->BoolOr("descending", false) != order.descending ||
      token->StringOr("filter", "") != query.filter) {
    return Fail(Code::kInvalidArgument,
                "the page_token belongs to a list with another sort_by or filter");
  }
  return std::optional(PageStart{FromJson(*token->Find("value")), token->StringOr("id", "")});
}

void Also(ListScope& scope, const ListScope& more) {
  if (more.sql.empty()) return;
  scope.sql += (scope.sql.empty() ? "" : " AND ") + ("(" + more.sql + ")");
  scope.values.insert(scope.values.end(), more.values.begin(), more.values.end());
  scope.columns.insert(scope.columns.end(), more.columns.begin(), more.columns.end());
}

// Rows behind the start. An absent value (NULL) sorts first, as SQLite has it.
ListScope Behind(const SortOrder& order, const PageStart& start) {
  const std::string& column = order.column;
  std::string beyond = order.descending ? " < ?" : " > ?";
  if (std::holds_alternative<std::nullptr_t>(start.value)) {
    std::string same = column + " IS NULL AND id" + beyond;
    return {order.descending ? same : "(" + same + ") OR " + column + " IS NOT NULL", {start.id}};
  }
  std::string sql = column + beyond + " OR (" + column + " = ? AND id" + beyond + ")";
  if (order.descending) sql += " OR " + column + " IS NULL";
  return {sql, {start.value, start.value, start.id}};
}

std::string Where(const ListScope& scope) { return scope.sql.empty() ? "" : " WHERE " + scope.sql; }

// What is to be counted, and where: rows, or numbers of rows that are kept already.
std::string Counted(const ListTable& table, const ListScope& scope) {
  const bool kept =
      !table.count_table.empty() &&
      std::all_of(scope.columns.begin(), scope.columns.end(), [&](const auto& name) {
        return std::find(table.counted.begin(), table.counted.end(), name) != table.counted.end();
      });
  if (!kept) return "count(*) FROM " + std::string(table.name);
  return "coalesce(sum(" + std::string(table.count_column) + "), 0) FROM " +
         std::string(table.count_table);
}

// Keeps SQLite from any index but that of row numbers.
constexpr const char* kByNumber = " NOT INDEXED";

Result<int64_t> Count(Transaction& tx, const ListTable& table, const ListScope& scope,
                      bool by_number) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("SELECT " + Counted(table, scope) +
                                               (by_number ? kByNumber : "") + Where(scope)));
  for (const SqlValue& value : scope.values) statement.BindValue(value);
  PENSTOCK_RETURN_IF_ERROR(statement.Step());
  return statement.Integer(0);
}

// So few rows are looked at one by one; of more an index is read along.
constexpr int64_t kFewRows = 5000;

// The condition that a row is one of these. Few rows are found by their numbers, whatever else is
// asked of them: an index that a plan might choose instead would be read along in vain.
ListScope AmongRows(const RowSet& rows) {
  if (rows.size() > kFewRows) return {"in_row_set(rowid, ?)", {&rows}, {"rowid"}};
  std::string list;
  rows.ForEach([&](int64_t row) { list += (list.empty() ? "[" : ",") + std::to_string(row); });
  if (list.empty()) list = "[";
  return {"rowid IN (SELECT value FROM json_each(?))", {list + "]"}, {"rowid"}};
}

// The rows with all the parts; nothing where none are asked for.
Result<std::optional<FoundRows>> FindParts(Transaction& tx, const ListTable& table,
                                           const PartsQuery& query) {
  if (query.parts.empty()) return std::optional<FoundRows>();
  PENSTOCK_TRY(FoundRows found, table.find_parts(tx, query));
  return std::optional(std::move(found));
}

// A few of many found rows that have all of the page among them, where rows are wanted in the order
// in which they were made: then no index need be read along until enough are met. Nothing where
// `others`, what is asked of the rows besides, holds of too few.
Result<std::optional<RowSet>> RowsOfPage(Transaction& tx, const ListTable& table,
                                         const FoundRows& found, const ListScope& others,
                                         const SortOrder& order,
                                         const std::optional<PageStart>& start, int64_t wanted) {
  if (order.column != "created_at") return std::optional<RowSet>();
  std::optional<int64_t> after;
  if (start) {
    const auto* time = std::get_if<int64_t>(&start->value);
    if (time == nullptr) return std::optional<RowSet>();
    after = *time;
  }
  for (int64_t count = wanted;; count *= 8) {
    FirstRows first = FindFirst(found, order.descending, after, count);
    if (first.rows.size() > kFewRows) return std::optional<RowSet>();
    if (first.all || others.sql.empty()) return std::optional(std::move(first.rows));
    ListScope scope = others;
    if (start) Also(scope, Behind(order, *start));
    Also(scope, AmongRows(first.rows));
    PENSTOCK_TRY(int64_t met, Count(tx, table, scope, true));
    if (met >= wanted) return std::optional(std::move(first.rows));
  }
}

// The rows of a page, in order. Where order or filter may need all rows looked at, they are chosen
// by what that needs alone before the rest of them is read.
std::string PageSql(const ListTable& table, const SortOrder& order, const ListScope& all,
                    bool by_number) {
  const std::string name(table.name);
  const std::string direction = order.descending ? " DESC" : " ASC";
  const std::string ordered = " ORDER BY " + order.column + direction + ", id" + direction;
  std::string where = Where(all);
  if (table.find_parts != nullptr) {
    where = " WHERE rowid IN (SELECT rowid FROM " + name + (by_number ? kByNumber : "") + where +
            ordered + " LIMIT ?)" + ordered;
  } else {
    where += ordered + " LIMIT ?";
  }
  return "SELECT " + std::string(table.columns) + ", " + order.column + ", id FROM " + name + where;
}

int CountColumns(std::string_view columns) {
  return static_cast<int>(std::count(columns.begin(), columns.end(), ',')) + 1;
}

}  // namespace

Result<ListOutcome> ListRows(Transaction& tx, const ListTable& table, const ListScope& scope,
                             const ListQuery& query,
                             const std::function<void(const Statement&)>& read_row) {
  PENSTOCK_TRY(int64_t page_size, PageSize(query.page_size));
  PENSTOCK_TRY(SortOrder order, ParseSort(table, query.sort_by));
  PENSTOCK_TRY(std::optional<PageStart> start, ParseToken(order, query));
  PENSTOCK_TRY(ListScope filter, ParseListFilter(table, query.filter));
  ListScope all;
  Also(all, scope);
  Also(all, filter);
  PENSTOCK_TRY(std::optional<FoundRows> found, FindParts(tx, table, filter.parts));
  bool by_number = found && found->rows.size() <= kFewRows;
  ListOutcome outcome;
  std::optional<RowSet> of_page;
  if (found && all.sql.empty()) {
    outcome.total_size = found->rows.size();
  } else {
    ListScope counted = all;
    if (found) Also(counted, AmongRows(found->rows));
    PENSTOCK_TRY(outcome.total_size, Count(tx, table, counted, by_number));
  }
  if (outcome.total_size == 0) return outcome;
  if (found && !by_number) {
    PENSTOCK_TRY(of_page, RowsOfPage(tx, table, *found, all, order, start, page_size + 1));
    by_number = of_page.has_value();
  }
  if (found) Also(all, AmongRows(of_page ? *of_page : found->rows));
  if (start) Also(all, Behind(order, *start));

  PENSTOCK_TRY(Statement rows, tx.Prepare(PageSql(table, order, all, by_number)));
  for (const SqlValue& value : all.values) rows.BindValue(value);
  rows.Bind(page_size + 1);
  const int order_column = CountColumns(table.columns);
  PageStart last;
  for (int64_t count = 0;; ++count) {
    PENSTOCK_TRY(bool row, rows.Step());
    if (!row) return outcome;
    if (count == page_size) break;
    read_row(rows);
    last = {rows.Value(order_column), rows.Text(order_column + 1)};
  }
  outcome.next_page_token = MakeToken(order, query.filter, last);
  return outcome;
}

}  // namespace penstock::metadata
