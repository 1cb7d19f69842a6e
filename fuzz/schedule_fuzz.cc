// SPDX-License-Identifier: Apache-2.0
// Cron expressions, durations, macros, layouts of times and files of time zones.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "schedule/cron.h"
#include "schedule/macros.h"
#include "schedule/time_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  using namespace penstock;
  using namespace penstock::schedule;
  const base::Time now = base::FromMicros(1'795'600'000'000'000);
  auto zone = TimeZone::Parse(text);
  const TimeZone& used = zone ? *zone : TimeZone::Utc();
  auto cron = CronExpression::Parse(zone ? "0 30 2 * * *" : text);
  if (cron) {
    base::Time time = now;
    for (int i = 0; i < 5; ++i) {
      auto next = cron->Next(time, used);
      if (!next) break;
      if (*next <= time) abort();
      time = *next;
    }
  }
  (void)ParseDuration(text);
  (void)PosixZone::Parse(text);
  (void)ExpandMacros(text, {"id", now, now, 1});
  (void)FormatGoLayout(now, text);
  (void)FormatStrftime(now, text);
  return 0;
}
