// SPDX-License-Identifier: Apache-2.0
#include "metadata/statement.h"

#include <utility>

#include <sqlite3.h>

namespace penstock::metadata {

using base::Code;

base::Error SqliteError(sqlite3* handle, int code) {
  std::string message = std::string("database: ") + sqlite3_errmsg(handle);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return base::Error(Code::kResourceExhausted,
                         "the disk is full: free some space under the data directory");
    case SQLITE_CONSTRAINT:
      if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        return base::Error(Code::kAlreadyExists, message);
      }
      return base::Error(Code::kFailedPrecondition, message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return base::Error(Code::kUnavailable, message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return base::Error(Code::kDataLoss, message);
    default:
      return base::Error(Code::kInternal, message);
  }
}

Statement::Statement(Statement&& other) noexcept
    : handle_(other.handle_),
      statement_(std::exchange(other.statement_, nullptr)),
      next_(other.next_),
      failed_(other.failed_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::Bind(std::string_view text) {
  int code = sqlite3_bind_text64(statement_, next_++, text.data() != nullptr ? text.data() : "",
                                 text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) failed_ = code;
  return *this;
}

Statement& Statement::Bind(int64_t value) {
  int code = sqlite3_bind_int64(statement_, next_++, value);
  if (code != SQLITE_OK) failed_ = code;
  return *this;
}

Statement& Statement::Bind(std::optional<base::Time> time) {
  return time ? Bind(*time) : BindNull();
}

Statement& Statement::BindNull() {
  int code = sqlite3_bind_null(statement_, next_++);
  if (code != SQLITE_OK) failed_ = code;
  return *this;
}

Statement& Statement::BindValue(const SqlValue& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return Bind(*integer);
  if (const auto* text = std::get_if<std::string>(&value)) return Bind(std::string_view(*text));
  if (const auto* real = std::get_if<double>(&value)) {
    int code = sqlite3_bind_double(statement_, next_++, *real);
    if (code != SQLITE_OK) failed_ = code;
    return *this;
  }
  if (const auto* rows = std::get_if<const RowSet*>(&value)) {
    int code =
        sqlite3_bind_pointer(statement_, next_++, const_cast<RowSet*>(*rows), kRowSetType, nullptr);
    if (code != SQLITE_OK) failed_ = code;
    return *this;
  }
  return BindNull();
}

base::Result<bool> Statement::Step() {
  if (failed_ != 0) return base::Fail(SqliteError(handle_, failed_));
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return base::Fail(SqliteError(handle_, code));
}

base::Status Statement::Run() {
  while (true) {
    PENSTOCK_TRY(bool row, Step());
    if (!row) return {};
  }
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

int64_t Statement::Integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Statement::Text(int column) const { return std::string(TextView(column)); }

std::string_view Statement::TextView(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return "";
  return {text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<base::Time> Statement::OptionalTime(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Time(column);
}

SqlValue Statement::Value(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return Integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_, column);
    case SQLITE_NULL:
      return nullptr;
    default:
      return Text(column);
  }
}

text::Json Statement::JsonValue(int column) const {
  auto value = text::ParseJson(Text(column));
  return value ? *std::move(value) : text::Json();
}

}  // namespace penstock::metadata
