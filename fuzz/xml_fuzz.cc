// SPDX-License-Identifier: Apache-2.0
// Any bytes: no crash, and every text that was read can be written and read again.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "text/xml.h"

namespace {

void CheckText(const penstock::text::XmlElement& element) {
  penstock::text::XmlWriter writer;
  writer.Open("R").Text("T", element.text);
  auto again = penstock::text::ParseXml(writer.Finish());
  PENSTOCK_CHECK(again && again->children.size() == 1);
  for (const auto& child : element.children) CheckText(child);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto root = penstock::text::ParseXml({reinterpret_cast<const char*>(data), size});
  if (root) CheckText(*root);
  return 0;
}
