// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace penstock::schedule {

// A zone as the TZ variable of POSIX has it, which ends the files of the tz database:
// "CET-1CEST,M3.5.0,M10.5.0/3". Names are read over.
class PosixZone {
 public:
  // kInvalidArgument for anything that is not one.
  static base::Result<PosixZone> Parse(std::string_view text);

  // A change of the offset: when (seconds since 1970), and what it is from then on.
  struct Change {
    int64_t time;
    int64_t offset;
  };
  bool has_changes() const { return daylight_.has_value(); }
  int64_t standard_offset() const { return standard_; }
  // The two changes of a year, the earlier one first; only where there are changes.
  std::pair<Change, Change> ChangesIn(int year) const;

 private:
  // When in a year: by the week ("M3.5.0"), or by the day with ("J60") or without leap days ("59").
  struct Rule {
    enum class Kind { kWeek, kJulian, kDay } kind = Kind::kWeek;
    int month = 0, week = 0, day = 0;
    int64_t seconds = 2 * 60 * 60;  // of that day, by the clock that is about to change
  };
  struct Daylight {
    int64_t offset;
    Rule begin, end;
  };
  static base::Result<Rule> ParseRule(std::string_view text);
  static int64_t LocalSecond(const Rule& rule, int year);

  int64_t standard_ = 0;  // seconds ahead of UTC
  std::optional<Daylight> daylight_;
};

}  // namespace penstock::schedule
