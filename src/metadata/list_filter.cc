// SPDX-License-Identifier: Apache-2.0
#include "metadata/list_filter.h"

#include <charconv>

#include "metadata/name_parts.h"
#include "text/json.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

enum class Operation {
  kEquals = 1,
  kNotEquals = 2,
  kGreater = 3,
  kGreaterEquals = 5,
  kLess = 6,
  kLessEquals = 7,
  kIn = 8,
  kIsSubstring = 9,
};

struct OperationWord {
  std::string_view word;
  Operation operation;
  std::string_view sql;
};
constexpr OperationWord kOperations[] = {
    {"EQUALS", Operation::kEquals, "="},
    {"NOT_EQUALS", Operation::kNotEquals, "<>"},
    {"GREATER_THAN", Operation::kGreater, ">"},
    {"GREATER_THAN_EQUALS", Operation::kGreaterEquals, ">="},
    {"LESS_THAN", Operation::kLess, "<"},
    {"LESS_THAN_EQUALS", Operation::kLessEquals, "<="},
    {"IN", Operation::kIn, "IN"},
    {"IS_SUBSTRING", Operation::kIsSubstring, "LIKE"},
};

base::Error Bad(std::string what) {
  return base::Error(Code::kInvalidArgument, "invalid filter: " + std::move(what));
}

Result<OperationWord> ReadOperation(const Json& predicate) {
  const Json* given = predicate.Find("operation");
  if (given == nullptr) given = predicate.Find("op");
  if (given != nullptr) {
    for (const OperationWord& word : kOperations) {
      bool by_name = given->is_string() && given->as_string() == word.word;
      bool by_number =
          given->is_integer() && given->as_integer() == static_cast<int>(word.operation);
      if (by_name || by_number) return word;
    }
  }
  return Fail(
      Bad("operation must be one of EQUALS (1), NOT_EQUALS (2), GREATER_THAN (3), "
          "GREATER_THAN_EQUALS (5), LESS_THAN (6), LESS_THAN_EQUALS (7), IN (8), "
          "IS_SUBSTRING (9)"));
}

// What a predicate compares with: one value, or a list for IN.
struct Operand {
  std::vector<SqlValue> values;
  bool is_list = false;
  bool is_string = false;
};

Result<int64_t> ReadInteger(const Json& value) {
  if (value.is_integer()) return value.as_integer();
  int64_t number = 0;
  if (value.is_string()) {
    const std::string& text = value.as_string();
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  return Fail(Bad("an integer is expected where " + text::FormatJson(value) + " stands"));
}

enum class ValueKind { kInteger, kString, kTimestamp };

Result<SqlValue> ReadScalar(const Json& value, ValueKind kind) {
  if (kind == ValueKind::kInteger) {
    PENSTOCK_TRY(int64_t number, ReadInteger(value));
    return SqlValue(number);
  }
  if (!value.is_string()) {
    return Fail(Bad("a string is expected where " + text::FormatJson(value) + " stands"));
  }
  if (kind == ValueKind::kString) return SqlValue(value.as_string());
  auto time = base::ParseRfc3339(value.as_string());
  if (!time) return Fail(Bad(time.error().message()));
  return SqlValue(std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count());
}

Result<Operand> ReadOperand(const Json& predicate) {
  struct ValueName {
    std::string_view snake, camel;
    ValueKind kind;
    bool list;
  };
  static constexpr ValueName kNames[] = {
      {"int_value", "intValue", ValueKind::kInteger, false},
      {"long_value", "longValue", ValueKind::kInteger, false},
      {"string_value", "stringValue", ValueKind::kString, false},
      {"timestamp_value", "timestampValue", ValueKind::kTimestamp, false},
      {"int_values", "intValues", ValueKind::kInteger, true},
      {"long_values", "longValues", ValueKind::kInteger, true},
      {"string_values", "stringValues", ValueKind::kString, true},
  };
  for (const ValueName& name : kNames) {
    const Json* value = predicate.Find(name.snake);
    if (value == nullptr) value = predicate.Find(name.camel);
    if (value == nullptr || value->is_null()) continue;
    Operand operand{{}, name.list, name.kind == ValueKind::kString};
    if (!name.list) {
      PENSTOCK_TRY(SqlValue scalar, ReadScalar(*value, name.kind));
      operand.values.push_back(std::move(scalar));
      return operand;
    }
    const Json* values = value->Find("values");
    if (values == nullptr || !values->is_array()) {
      return Fail(Bad(std::string(name.snake) + " holds {\"values\": […]}"));
    }
    constexpr size_t kMostValues = 200;  // well below what one SQL statement may bind
    if (values->as_array().size() > kMostValues) {
      return Fail(Bad("IN takes at most " + std::to_string(kMostValues) + " values"));
    }
    for (const Json& element : values->as_array()) {
      PENSTOCK_TRY(SqlValue scalar, ReadScalar(element, name.kind));
      operand.values.push_back(std::move(scalar));
    }
    return operand;
  }
  return Fail(Bad("a predicate needs a value, such as string_value"));
}

// The SQL of what is compared: a column, a time in seconds, or a tag.
Result<std::string> ReadSubject(const ListTable& table, const std::string& key,
                                const OperationWord& operation, const Operand& operand,
                                std::vector<SqlValue>& values, std::vector<std::string>& columns) {
  constexpr std::string_view kTags = "tags.";
  if (table.has_tags && key.substr(0, kTags.size()) == kTags) {
    if (operation.operation != Operation::kEquals || !operand.is_string || operand.is_list) {
      return Fail(Bad(key + " can only be compared by EQUALS with a string_value"));
    }
    std::string tag = key.substr(kTags.size());
    if (tag.empty() || tag.find('"') != std::string::npos) return Fail(Bad("no tag is called so"));
    values.emplace_back("$.\"" + tag + "\"");
    columns.emplace_back("tags");
    return std::string("json_extract(tags, ?)");
  }
  const ListField* field = FindListField(table, key);
  if (field == nullptr) {
    return Fail(Bad("'" + key + "' is not a key of " + std::string(table.name)));
  }
  std::string column(field->column);
  columns.push_back(column);
  // A time that is not set is shown as the epoch, and found as such.
  if (field->kind == ListField::Kind::kTime) return "coalesce(" + column + ", 0) / 1000000";
  return column;
}

constexpr std::string_view kStorageState = "storage_state";
constexpr std::string_view kArchived = "ARCHIVED";
constexpr std::string_view kAvailable = "AVAILABLE";

// Whether the rows in that state are known to what looks for parts of names.
bool IsStorageState(const ListTable& table, std::string_view subject, const Operand& operand) {
  if (table.find_parts == nullptr || subject != kStorageState || !operand.is_string) return false;
  const std::string& state = std::get<std::string>(operand.values[0]);
  return state == kArchived || state == kAvailable;
}

// Where no part of a name is asked for, the rows tell their state themselves.
void AskRowsForStorageState(ListScope& scope) {
  if (!scope.parts.parts.empty() || !scope.parts.archived) return;
  scope.sql += (scope.sql.empty() ? "" : " AND ") + std::string(kStorageState) + " = ?";
  scope.values.emplace_back(std::string(*scope.parts.archived ? kArchived : kAvailable));
  scope.columns.emplace_back(kStorageState);
  scope.parts.archived.reset();
}

base::Status AddPredicate(const ListTable& table, const Json& predicate, ListScope& scope) {
  if (!predicate.is_object()) return Fail(Bad("a predicate is an object"));
  const std::string key = predicate.StringOr("key", "");
  PENSTOCK_TRY(OperationWord operation, ReadOperation(predicate));
  PENSTOCK_TRY(Operand operand, ReadOperand(predicate));
  if (operand.is_list != (operation.operation == Operation::kIn)) {
    return Fail(
        Bad(operand.is_list ? "only IN takes a list of values" : "IN takes a list of values"));
  }
  if (operation.operation == Operation::kIsSubstring && !operand.is_string) {
    return Fail(Bad("IS_SUBSTRING takes a string_value"));
  }
  PENSTOCK_TRY(std::string subject,
               ReadSubject(table, key, operation, operand, scope.values, scope.columns));
  const bool in_parts = operation.operation == Operation::kIsSubstring &&
                        table.find_parts != nullptr && subject == table.parts_column &&
                        NamePart::IsForBlocks(std::get<std::string>(operand.values[0]));
  if (in_parts) {
    scope.columns.pop_back();
    scope.parts.parts.push_back(std::get<std::string>(std::move(operand.values[0])));
    return {};
  }
  if (operation.operation == Operation::kEquals && IsStorageState(table, subject, operand) &&
      !scope.parts.archived) {
    scope.columns.pop_back();
    scope.parts.archived = std::get<std::string>(operand.values[0]) == kArchived;
    return {};
  }
  if (!scope.sql.empty()) scope.sql += " AND ";
  scope.sql += subject + " " + std::string(operation.sql) + " ";
  if (operation.operation == Operation::kIn) {
    std::string marks;
    for (size_t i = 0; i < operand.values.size(); ++i) marks += i == 0 ? "?" : ",?";
    scope.sql += "(" + marks + ")";
  } else if (operation.operation == Operation::kIsSubstring) {
    scope.sql += "'%' || ? || '%'";
  } else {
    scope.sql += "?";
  }
  for (SqlValue& value : operand.values) scope.values.push_back(std::move(value));
  return {};
}

}  // namespace

const ListField* FindListField(const ListTable& table, std::string_view key) {
  for (const ListField& field : table.fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

Result<ListScope> ParseListFilter(const ListTable& table, std::string_view filter) {
  ListScope scope;
  if (filter.empty()) return scope;
  text::JsonLimits limits;
  limits.max_bytes = 1 << 20;
  limits.max_depth = 16;
  auto parsed = text::ParseJson(filter, limits);
  if (!parsed) return Fail(Bad(parsed.error().message()));
  if (!parsed->is_object()) return Fail(Bad("it is an object with predicates"));
  const Json* predicates = parsed->Find("predicates");
  if (predicates == nullptr || predicates->is_null()) return scope;
  if (!predicates->is_array()) return Fail(Bad("predicates is a list"));
  constexpr size_t kMostPredicates = 100;
  if (predicates->as_array().size() > kMostPredicates) return Fail(Bad("too many predicates"));
  for (const Json& predicate : predicates->as_array()) {
    PENSTOCK_RETURN_IF_ERROR(AddPredicate(table, predicate, scope));
  }
  AskRowsForStorageState(scope);
  return scope;
}

}  // namespace penstock::metadata
