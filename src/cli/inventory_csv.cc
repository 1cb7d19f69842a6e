// SPDX-License-Identifier: Apache-2.0
#include "cli/inventory_csv.h"

#include <vector>

namespace penstock::cli {
namespace {

constexpr std::string_view kMembers[] = {
    "key",        "version_id",    "is_latest",      "delete_marker", "size",
    "etag",       "last_modified", "storage_class",  "lock_mode",     "retain_until",
    "legal_hold", "encryption",    "encryption_key", "owner"};

std::vector<std::string_view> MembersOf(const InventoryColumns& columns) {
  std::vector<std::string_view> members(std::begin(kMembers), std::end(kMembers));
  if (columns.tags) members.push_back("tags");
  if (columns.checksums) members.push_back("checksums");
  if (columns.metadata) {
    members.push_back("content_type");
    members.push_back("metadata");
  }
  return members;
}

std::string Cell(const text::Json* value) {
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? value->as_string() : text::FormatJson(*value);
}

std::string Quoted(std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(cell);
  std::string quoted = "\"";
  for (char c : cell) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

}  // namespace

std::string InventoryHeader(const InventoryColumns& columns) {
  std::string line;
  for (std::string_view member : MembersOf(columns)) {
    line.append(line.empty() ? "" : ",").append(member);
  }
  return line + "\n";
}

std::string InventoryRow(const text::Json& version, const InventoryColumns& columns) {
  std::string line;
  bool first = true;
  for (std::string_view member : MembersOf(columns)) {
    if (!std::exchange(first, false)) line += ',';
    line += Quoted(Cell(version.Find(member)));
  }
  return line + "\n";
}

}  // namespace penstock::cli
