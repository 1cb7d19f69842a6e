// SPDX-License-Identifier: Apache-2.0
// Filters of list requests: whatever comes out must be SQL with as many places as values; and parts
// of names that are looked for in whatever a block of names may hold.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "metadata/list_filter.h"
#include "metadata/name_parts.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::metadata;
  static const ListTable kTable = {
      "runs",
      "id",
      {{"name", "display_name"},
       {"created_at", "created_at", ListField::Kind::kTime},
       {"storage_state", "storage_state"}},
      true,
      {},
      {},
      {},
      {},
      "display_name",
      [](Transaction&, const PartsQuery&) -> penstock::base::Result<FoundRows> {
        return FoundRows();
      }};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto scope = ParseListFilter(kTable, text);
  if (scope && std::count(scope->sql.begin(), scope->sql.end(), '?') !=
                   static_cast<std::ptrdiff_t>(scope->values.size())) {
    abort();
  }
  const size_t middle = size / 4;
  NamePart(text.substr(0, middle)).FindIn(text.substr(middle));
  return 0;
}
