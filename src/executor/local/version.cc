// SPDX-License-Identifier: Apache-2.0
#include "executor/local/version.h"

#include <charconv>

#include "base/encoding.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

bool Holds(std::string_view comparison, int order) {
  if (comparison == "<") return order < 0;
  if (comparison == "<=") return order <= 0;
  if (comparison == "==") return order == 0;
  if (comparison == "!=") return order != 0;
  if (comparison == ">=") return order >= 0;
  return order > 0;
}

Result<bool> SatisfiesClause(const Version& version, std::string_view clause) {
  const size_t end = clause.find_first_not_of("<>=!");
  const std::string_view comparison = clause.substr(0, end);
  bool known = false;
  for (std::string_view one : {"<", "<=", "==", "!=", ">=", ">"})
    known = known || one == comparison;
  std::optional<Version> bound;
  if (end != std::string_view::npos) bound = ParseVersion(base::Trim(clause.substr(end)));
  if (!known || !bound || bound->minor < 0 || bound->micro >= 0) {
    return Fail(Code::kInvalidArgument, "'" + std::string(clause) +
                                            "' is no Python version range; write for example "
                                            "\">=3.9,<3.13\"");
  }
  const int order =
      version.major != bound->major ? version.major - bound->major : version.minor - bound->minor;
  return Holds(comparison, order);
}

}  // namespace

std::optional<Version> ParseVersion(std::string_view text) {
  Version version;
  int* parts[] = {&version.major, &version.minor, &version.micro};
  size_t count = 0;
  while (count < 3 && !text.empty()) {
    const size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    const auto [end, error] =
        std::from_chars(part.data(), part.data() + part.size(), *parts[count]);
    if (error != std::errc() || end != part.data() + part.size() || *parts[count] < 0) return {};
    ++count;
    text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  }
  if (count == 0 || !text.empty()) return {};
  return version;
}

Result<bool> SatisfiesVersion(const Version& version, std::string_view specifiers) {
  bool all = true;
  while (!base::Trim(specifiers).empty()) {
    const size_t comma = specifiers.find(',');
    PENSTOCK_TRY(bool one, SatisfiesClause(version, base::Trim(specifiers.substr(0, comma))));
    all = all && one;
    if (comma == std::string_view::npos) break;
    specifiers.remove_prefix(comma + 1);
  }
  return all;
}

}  // namespace penstock::executor
