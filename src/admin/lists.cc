// SPDX-License-Identifier: Apache-2.0
#include "admin/lists.h"

#include "admin/fields.h"

namespace penstock::admin {

base::Result<std::set<std::string>> ReadNames(const text::Json& body, std::string_view member) {
  Fields fields(body);
  PENSTOCK_TRY(auto names, fields.Strings(member));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  if (names.empty()) {
    return base::Fail(base::Code::kInvalidArgument,
                      "'" + std::string(member) + "' must name at least one");
  }
  return std::set<std::string>(names.begin(), names.end());
}

}  // namespace penstock::admin
