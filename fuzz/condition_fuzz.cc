// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ir/expression.h"
#include "text/json.h"

// A condition or selector from a pipeline, evaluated both ways.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using penstock::text::Json;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto expression = penstock::ir::Expression::Parse(text);
  if (!expression) return 0;
  static const Json kValue = *penstock::text::ParseJson(
      R"({"s":"heads","i":5,"f":2.5,"b":true,"n":null,"l":[1,2,"a"],"d":{"a":1,"b":{"c":"x"}}})");
  (void)(*expression)->EvaluateCondition(kValue.as_object());
  (void)(*expression)->EvaluateSelector(kValue);
  (void)(*expression)->EvaluateSelector(Json("{\"key\": [1]}"));
  return 0;
}
