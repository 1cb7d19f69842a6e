// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "metadata/list_plan.h"

namespace penstock::metadata {

// Turns {"predicates":[{"operation":…,"key":…,<value>}]} into SQL over the table's columns; values
// are always bound. "" filters nothing.
base::Result<ListScope> ParseListFilter(const ListTable& table, std::string_view filter);

// The field of that key, or nullptr.
const ListField* FindListField(const ListTable& table, std::string_view key);

}  // namespace penstock::metadata
