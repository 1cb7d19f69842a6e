// SPDX-License-Identifier: Apache-2.0
#include "executor/container/image_users.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr int64_t kMostId = 0x7fffffff;
constexpr size_t kMostGroups = 1000;

std::optional<int64_t> Number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.empty() || number < 0 || number > kMostId) return std::nullopt;
  return number;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

struct Account {
  std::string_view name;
  int64_t id = 0;
  std::vector<std::string_view> fields;
};

// Lines of fields with colons, of which the third is the number; others are passed over.
template <typename Visit>
void EachAccount(std::string_view file, size_t fields, const Visit& visit) {
  for (std::string_view line : Split(file, '\n')) {
    std::vector<std::string_view> parts = Split(line, ':');
    if (parts.size() < fields || parts[0].empty()) continue;
    if (const auto id = Number(parts[2])) visit(Account{parts[0], *id, std::move(parts)});
  }
}

// By its name or, where it is one, by its number.
std::optional<Account> Find(std::string_view file, size_t fields, std::string_view wanted) {
  std::optional<Account> found;
  const auto number = Number(wanted);
  EachAccount(file, fields, [&](Account account) {
    const bool matches = number ? account.id == *number : account.name == wanted;
    if (!found && matches) found = std::move(account);
  });
  return found;
}

}  // namespace

Result<ImageUser> FindImageUser(std::string_view user, std::string_view passwd,
                                std::string_view group) {
  const size_t colon = user.find(':');
  std::string_view name = user.substr(0, colon);
  if (name.empty()) name = "0";
  ImageUser found;
  const auto account = Find(passwd, 4, name);
  const auto number = Number(name);
  if (!account && !number) {
    return Fail(Code::kInvalidArgument,
                "the image has no user '" + std::string(name) + "' in its /etc/passwd");
  }
  found.uid = account ? account->id : *number;
  if (account) found.gid = Number(account->fields[3]).value_or(0);
  if (colon == std::string_view::npos) {
    if (!account) return found;
    EachAccount(group, 4, [&](const Account& each) {
      const auto members = Split(each.fields[3], ',');
      const bool member = std::find(members.begin(), members.end(), account->name) != members.end();
      if (member && found.groups.size() < kMostGroups) found.groups.push_back(each.id);
    });
    return found;
  }
  const std::string_view group_name = user.substr(colon + 1);
  const auto named = Find(group, 3, group_name);
  const auto group_number = Number(group_name);
  if (!named && !group_number) {
    return Fail(Code::kInvalidArgument,
                "the image has no group '" + std::string(group_name) + "' in its /etc/group");
  }
  found.gid = named ? named->id : *group_number;
  return found;
}

}  // namespace penstock::executor
