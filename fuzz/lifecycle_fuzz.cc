// SPDX-License-Identifier: Apache-2.0
// Lifecycle documents: whatever is kept must be understood again, and be kept the same way.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "s3/lifecycle_document.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace s3 = penstock::s3;
  std::string_view xml(reinterpret_cast<const char*>(data), size);
  auto rules = s3::ParseLifecycle(xml);
  auto kept = s3::CompleteLifecycle(xml);
  PENSTOCK_CHECK(rules.has_value() == kept.has_value());
  if (!kept) return 0;
  auto again = s3::ParseLifecycle(*kept);
  PENSTOCK_CHECK(again && again->size() == rules->size());
  auto kept_again = s3::CompleteLifecycle(*kept);
  PENSTOCK_CHECK(kept_again && *kept_again == *kept);
  return 0;
}
