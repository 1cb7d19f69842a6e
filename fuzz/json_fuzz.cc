// SPDX-License-Identifier: Apache-2.0
// Any bytes: no crash, and what was read prints to a text that reads back as the same value.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "text/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::text;
  auto value = ParseJson({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  auto again = ParseJson(FormatJson(*value));
  PENSTOCK_CHECK(again && *again == *value);
  again = ParseJson(FormatJsonPretty(*value));
  PENSTOCK_CHECK(again && *again == *value);
  return 0;
}
