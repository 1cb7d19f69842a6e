// SPDX-License-Identifier: Apache-2.0
// Input: a Content-Type, a line feed, and the body of a form.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "kfp/multipart_form.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  std::string_view body = input.substr(line + 1);
  auto parts = penstock::kfp::ParseMultipartForm(input.substr(0, line), body);
  if (!parts) return 0;
  for (const auto& part : *parts) {
    PENSTOCK_CHECK(part.content.data() >= body.data());
    PENSTOCK_CHECK(part.content.data() + part.content.size() <= body.data() + body.size());
    PENSTOCK_CHECK(part.filename.find('/') == std::string::npos);
  }
  return 0;
}
