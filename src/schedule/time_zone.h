// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schedule/posix_zone.h"

namespace penstock::schedule {

// A time during which the wall's clock is a constant number of seconds ahead of UTC. In seconds
// since 1970.
struct ZonePeriod {
  int64_t offset = 0;
  int64_t begin = std::numeric_limits<int64_t>::min();
  int64_t end = std::numeric_limits<int64_t>::max();  // the first second that is not in it
};

// How far local time is from UTC, and when that changes. A value.
class TimeZone {
 public:
  static const TimeZone& Utc();
  // A file of the tz database, version 2 or later (RFC 8536). Pure; kInvalidArgument.
  static base::Result<TimeZone> Parse(std::string_view tzif);

  ZonePeriod PeriodAt(int64_t utc_seconds) const;

 private:
  struct Change {
    int64_t time;
    int64_t offset;  // from then on
  };
  std::vector<Change> changes_;     // by time
  int64_t first_offset_ = 0;        // before all of them
  std::optional<PosixZone> later_;  // after the last of them
};

}  // namespace penstock::schedule
