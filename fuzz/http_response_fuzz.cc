// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "net/http_client.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto head = penstock::net::ParseResponseHead(input);
  if (head) PENSTOCK_CHECK(head->status >= 100 && head->status <= 999);
  return 0;
}
