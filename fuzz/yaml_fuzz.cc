// SPDX-License-Identifier: Apache-2.0
// Any bytes: no crash within bounded memory, and what was read prints to YAML that reads back as
// the same value.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "text/yaml.h"

namespace {

// As ==, but not-a-number is the same as itself: the JSON text tells.
bool Same(const penstock::text::Json& a, const penstock::text::Json& b) {
  return a == b || penstock::text::FormatJson(a) == penstock::text::FormatJson(b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::text;
  YamlLimits limits;
  limits.max_nodes = 20'000;
  limits.max_text_bytes = size_t{1} << 20;
  limits.max_depth = 60;
  auto documents = ParseYaml({reinterpret_cast<const char*>(data), size}, limits);
  if (!documents) return 0;
  for (const Json& document : *documents) {
    auto again = ParseYaml(FormatYaml(document));
    PENSTOCK_CHECK(again && again->size() == 1 && Same(again->front(), document));
  }
  return 0;
}
