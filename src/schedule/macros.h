// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace penstock::schedule {

// What macros stand for.
struct MacroValues {
  std::string run_id;
  base::Time now;
  base::Time scheduled;          // of a run that nobody scheduled: now
  std::optional<int64_t> index;  // of a recurring run's runs, from 1
};

// Replaces in a parameter's text (kfp-contract 1.6): [[RunUUID]], [[Index]], [[CurrentTime]] and
// [[ScheduledTime]] (20061231235959, or a layout of Go behind a dot), and
// {{$.currentTime.strftime('%Y')}}, {{$.scheduledTime.strftime('%Y')}}. Anything else in such
// brackets is left as it is.
std::string ExpandMacros(std::string_view text, const MacroValues& values);

}  // namespace penstock::schedule
