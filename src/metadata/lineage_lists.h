// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "metadata/list_plan.h"

namespace penstock::metadata {

// Which rows a list is of: those that have one of the values in each column that has any.
struct ListOnly {
  std::string_view column;
  std::vector<std::string> values;
};

inline ListScope ScopeOf(const std::vector<ListOnly>& only) {
  ListScope scope;
  for (const ListOnly& one : only) {
    if (one.values.empty()) continue;
    if (!scope.sql.empty()) scope.sql += " AND ";
    scope.sql += std::string(one.column) + " IN (";
    for (size_t i = 0; i < one.values.size(); ++i) {
      scope.sql += i == 0 ? "?" : ",?";
      scope.values.emplace_back(one.values[i]);
    }
    scope.sql += ")";
  }
  return scope;
}

}  // namespace penstock::metadata
