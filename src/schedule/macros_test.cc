// SPDX-License-Identifier: Apache-2.0
#include "schedule/macros.h"

#include <gtest/gtest.h>

#include "schedule/time_format.h"

namespace penstock::schedule {
namespace {

base::Time At(const char* text) { return base::ParseRfc3339(text).value(); }

TEST(Macros, AreReplaced) {
  MacroValues values{"8a6e0804", At("2026-11-25T21:05:09Z"), At("2026-11-24T00:00:00Z"), 7};
  const std::pair<const char*, const char*> cases[] = {
      {"[[RunUUID]]", "8a6e0804"},
      {"run [[Index]] of [[ScheduledTime]]", "run 7 of 20261124000000"},
      {"[[CurrentTime]]", "20261125210509"},
      {"[[CurrentTime.2006-01-02 15:04]]", "2026-11-25 21:05"},
      {"[[ScheduledTime.Jan 2]]", "Nov 24"},
      {"{{$.currentTime.strftime('%Y/%m/%d')}}", "2026/11/25"},
      {"{{$.scheduledTime.strftime(\"%H%%\")}}", "00%"},
      {"[[Other]] [[Index", "[[Other]] [[Index"},
      {"[[1,2],[3]]", "[[1,2],[3]]"},
      {"{{$.inputs.parameters['x']}}", "{{$.inputs.parameters['x']}}"},
      {"{{$.currentTime.strftime(%Y)}}", "{{$.currentTime.strftime(%Y)}}"},
      {"[[[Index]]]", "[7]"},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(ExpandMacros(text, values), expected);
  values.index.reset();
  EXPECT_EQ(ExpandMacros("[[Index]]", values), "[[Index]]");
}

TEST(TimeFormat, KnowsGosLayouts) {
  base::Time time = At("2026-03-05T14:07:09.123456Z");
  const std::pair<const char*, const char*> cases[] = {
      {"2006-01-02T15:04:05Z07:00", "2026-03-05T14:07:09Z"},
      {"Mon, 02 Jan 2006 15:04:05 MST", "Thu, 05 Mar 2026 14:07:09 UTC"},
      {"Monday January _2 3:04PM", "Thursday March  5 2:07PM"},
      {"1/2/06 03:4:5 pm", "3/5/26 02:7:9 pm"},
      {"15:04:05.000", "14:07:09.123"},
      {"15:04:05.999999999", "14:07:09.123456"},
      {"002 -0700", "064 +0000"},
      {"at 2006!", "at 2026!"},
  };
  for (const auto& [layout, expected] : cases) EXPECT_EQ(FormatGoLayout(time, layout), expected);
}

TEST(TimeFormat, KnowsStrftime) {
  base::Time time = At("2026-03-05T14:07:09.5Z");
  EXPECT_EQ(FormatStrftime(time, "%Y-%m-%dT%H:%M:%S.%f"), "2026-03-05T14:07:09.500000");
  EXPECT_EQ(FormatStrftime(time, "%a %A %b %B %e %I%p %j %y"),
            "Thu Thursday Mar March  5 02PM 064 26");
  EXPECT_EQ(FormatStrftime(time, "100% %q %"), "100% %q %");
  EXPECT_EQ(FormatStrftime(time, "%s"), "1772719629");
}

}  // namespace
}  // namespace penstock::schedule
