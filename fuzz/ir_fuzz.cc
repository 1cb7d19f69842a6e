// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ir/parse.h"

// A compiled pipeline as uploaded. What is accepted must be accepted again in its JSON form.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto package = penstock::ir::ParsePackage(text);
  if (!package) return 0;
  if (!penstock::ir::ParsePackageJson(package->spec_json)) std::abort();
  (void)penstock::ir::CheckRunArguments(package->spec.root, {});
  return 0;
}
