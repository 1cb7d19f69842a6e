// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "text/json.h"

struct sqlite3;
struct sqlite3_stmt;

namespace penstock::metadata {

class RowSet;
inline constexpr char kRowSetType[] = "penstock row set";  // of pointers that are bound

// What a statement can be given: SQL NULL, an integer, a real, a text, or rows for the function
// in_row_set, which must outlive the statement.
using SqlValue = std::variant<std::nullptr_t, int64_t, double, std::string, const RowSet*>;

// Turns SQLite's result code into an error: a unique index hit is kAlreadyExists, a full disk
// kResourceExhausted, a damaged file kDataLoss.
base::Error SqliteError(sqlite3* handle, int code);

// A prepared statement in use; reset when it goes. Parameters are bound in order. A failed bind
// shows at Step.
class Statement {
 public:
  Statement(sqlite3* handle, sqlite3_stmt* statement) : handle_(handle), statement_(statement) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& Bind(std::string_view text);
  Statement& Bind(int64_t value);
  Statement& Bind(base::Time time) { return Bind(base::ToMicros(time)); }
  Statement& Bind(std::optional<base::Time> time);
  Statement& BindValue(const SqlValue& value);
  Statement& BindNull();

  base::Result<bool> Step();  // true: a row is there to be read
  base::Status Run();         // steps to the end

  // Columns count from 0.
  bool IsNull(int column) const;
  int64_t Integer(int column) const;
  std::string Text(int column) const;
  // The same without a copy, until the next step.
  std::string_view TextView(int column) const;
  base::Time Time(int column) const { return base::FromMicros(Integer(column)); }
  std::optional<base::Time> OptionalTime(int column) const;
  SqlValue Value(int column) const;
  // Text that we wrote as JSON; damaged text reads as null.
  text::Json JsonValue(int column) const;

 private:
  sqlite3* handle_;
  sqlite3_stmt* statement_;
  int next_ = 1;
  int failed_ = 0;
};

}  // namespace penstock::metadata
