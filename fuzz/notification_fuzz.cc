// SPDX-License-Identifier: Apache-2.0
// A bucket's NotificationConfiguration: what is read comes back the same when it is written.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "events/notification_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace events = penstock::events;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)events::TargetOf(text);
  (void)events::IsKnownPattern(text);
  auto rules = events::ParseNotificationRules(text);
  if (!rules) return 0;
  std::string document = events::FormatNotificationRules(*rules);
  auto again = events::ParseNotificationRules(document);
  PENSTOCK_CHECK(again.has_value());
  PENSTOCK_CHECK(again->size() == rules->size());
  PENSTOCK_CHECK(events::FormatNotificationRules(*again) == document);
  return 0;
}
