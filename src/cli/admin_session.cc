// SPDX-License-Identifier: Apache-2.0
#include "cli/admin_session.h"

#include <algorithm>

#include "text/url.h"

namespace penstock::cli {

std::string Printable(std::string_view text) {
  std::string printable(text);
  std::replace_if(
      printable.begin(), printable.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return printable;
}

namespace {

std::string TextOf(const text::Json* value) {
  if (value == nullptr || value->is_null()) return "-";
  if (value->is_string()) return value->as_string().empty() ? "-" : Printable(value->as_string());
  if (value->is_bool()) return value->as_bool() ? "yes" : "no";
  if (!value->is_array()) return Printable(text::FormatJson(*value));
  std::string list;
  for (const text::Json& element : value->as_array()) {
    list += (list.empty() ? "" : ", ") + TextOf(&element);
  }
  return list.empty() ? "-" : list;
}

std::string Lookup(const text::Json& row, std::string_view member) {
  const text::Json* value = &row;
  while (value != nullptr && !member.empty()) {
    size_t dot = std::min(member.find('.'), member.size());
    value = value->Find(member.substr(0, dot));
    member.remove_prefix(std::min(dot + 1, member.size()));
  }
  return TextOf(value);
}

void PrintRow(std::ostream& out, const std::vector<std::string>& cells,
              const std::vector<size_t>& widths) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    line += cells[i];
    if (i + 1 < cells.size()) line.append(widths[i] + 2 - cells[i].size(), ' ');
  }
  out << line << "\n";
}

}  // namespace

base::Result<text::Json> AdminSession::FetchAll(const std::string& path,
                                                std::string_view list_member,
                                                std::string_view key) const {
  text::Json all;
  all[list_member] = text::Json::Array{};
  std::string after;
  for (bool more = true; more;) {
    PENSTOCK_TRY(text::Json page, client_.Send("GET", path, nullptr, "after=" + Segment(after)));
    const text::Json* list = page.Find(list_member);
    if (list == nullptr || !list->is_array()) break;
    more = page.BoolOr("truncated", false) && !list->as_array().empty();
    for (const text::Json& entry : list->as_array()) {
      after = entry.StringOr(key, "");
      all[list_member].Append(entry);
    }
  }
  return all;
}

void AdminSession::ShowJson(const text::Json& answer) {
  out_ << text::FormatJsonPretty(answer) << "\n";
}

void AdminSession::ShowTable(const text::Json& answer, std::string_view list_member,
                             const std::vector<Field>& columns) {
  if (json_) return ShowJson(answer);
  std::vector<std::vector<std::string>> rows(1);
  for (const Field& column : columns) rows[0].emplace_back(column.title);
  const text::Json* list = answer.Find(list_member);
  if (list != nullptr && list->is_array()) {
    for (const text::Json& element : list->as_array()) {
      auto& row = rows.emplace_back();
      for (const Field& column : columns) row.push_back(Lookup(element, column.member));
    }
  }
  std::vector<size_t> widths(columns.size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) PrintRow(out_, row, widths);
}

void AdminSession::ShowRecord(const text::Json& answer, const std::vector<Field>& lines) {
  if (json_) return ShowJson(answer);
  size_t width = 0;
  for (const Field& line : lines) width = std::max(width, line.title.size());
  for (const Field& line : lines) {
    PrintRow(out_, {std::string(line.title), Lookup(answer, line.member)}, {width, 0});
  }
}

void AdminSession::ShowLine(const text::Json& line, std::string_view sentence) {
  out_ << (json_ ? text::FormatJson(line) : std::string(sentence)) << "\n" << std::flush;
}

void AdminSession::Print(std::string_view text) { out_ << text; }

void AdminSession::ShowDone(const text::Json& answer, std::string_view sentence) {
  if (json_) return ShowJson(answer);
  out_ << Printable(sentence) << "\n";
}

std::string Segment(std::string_view name) { return text::PercentEncode(name); }

}  // namespace penstock::cli
