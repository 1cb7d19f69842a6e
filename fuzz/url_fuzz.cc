// SPDX-License-Identifier: Apache-2.0
// Any bytes: no crash, and encoding undoes decoding.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "text/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::text;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  PENSTOCK_CHECK(PercentDecode(PercentEncode(bytes)) == std::string(bytes));
  if (auto decoded = PercentDecode(bytes, true)) {
    PENSTOCK_CHECK(PercentDecode(PercentEncode(*decoded)) == *decoded);
  }
  if (auto query = Query::Parse(bytes)) {
    for (const auto& [name, value] : query->items()) PENSTOCK_CHECK(query->Has(name));
  }
  if (auto url = ParseUrl(bytes)) PENSTOCK_CHECK(!url->scheme.empty() && !url->host.empty());
  return 0;
}
