// SPDX-License-Identifier: Apache-2.0
#include "schedule/posix_zone.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

namespace penstock::schedule {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year;

constexpr int64_t kDay = 24 * 60 * 60;

base::Error Wrong() { return {Code::kInvalidArgument, "the zone's rule cannot be read"}; }

// "CET" or "<+03>".
bool SkipName(std::string_view& text) {
  if (text.starts_with('<')) {
    size_t end = text.find('>');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
    return true;
  }
  size_t letters = 0;
  while (letters < text.size() &&
         ((text[letters] | 0x20) >= 'a' && (text[letters] | 0x20) <= 'z')) {
    ++letters;
  }
  text.remove_prefix(letters);
  return letters >= 3;
}

bool TakeNumber(std::string_view& text, int most, int& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text.empty() || text[0] == '-' || number > most) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

// "-1", "5:30", "+02:00:00", "26": hours, minutes and seconds.
bool TakeTime(std::string_view& text, int64_t& seconds) {
  int sign = 1;
  if (text.starts_with('-') || text.starts_with('+')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  int hours = 0;
  if (!TakeNumber(text, 167, hours)) return false;
  seconds = hours * 3600;
  for (int64_t unit : {60, 1}) {
    if (!text.starts_with(':')) break;
    text.remove_prefix(1);
    int number = 0;
    if (!TakeNumber(text, 59, number)) return false;
    seconds += number * unit;
  }
  seconds *= sign;
  return true;
}

}  // namespace

Result<PosixZone::Rule> PosixZone::ParseRule(std::string_view text) {
  Rule rule;
  if (size_t slash = text.find('/'); slash != std::string_view::npos) {
    std::string_view time = text.substr(slash + 1);
    if (!TakeTime(time, rule.seconds) || !time.empty()) return Fail(Wrong());
    text = text.substr(0, slash);
  }
  bool good = false;
  if (text.starts_with('M')) {
    text.remove_prefix(1);
    good = TakeNumber(text, 12, rule.month) && rule.month >= 1 && text.starts_with('.');
    if (good) text.remove_prefix(1);
    good = good && TakeNumber(text, 5, rule.week) && rule.week >= 1 && text.starts_with('.');
    if (good) text.remove_prefix(1);
    good = good && TakeNumber(text, 6, rule.day);
  } else if (text.starts_with('J')) {
    text.remove_prefix(1);
    rule.kind = Rule::Kind::kJulian;
    good = TakeNumber(text, 365, rule.day) && rule.day >= 1;
  } else {
    rule.kind = Rule::Kind::kDay;
    good = TakeNumber(text, 365, rule.day);
  }
  if (!good || !text.empty()) return Fail(Wrong());
  return rule;
}

Result<PosixZone> PosixZone::Parse(std::string_view text) {
  PosixZone zone;
  // POSIX counts westwards.
  if (!SkipName(text) || !TakeTime(text, zone.standard_)) return Fail(Wrong());
  zone.standard_ = -zone.standard_;
  if (text.empty()) return zone;
  Daylight daylight{zone.standard_ + 3600, {}, {}};
  if (!SkipName(text)) return Fail(Wrong());
  if (!text.starts_with(',')) {
    if (!TakeTime(text, daylight.offset)) return Fail(Wrong());
    daylight.offset = -daylight.offset;
  }
  if (!text.starts_with(',')) return Fail(Wrong());
  text.remove_prefix(1);
  size_t comma = text.find(',');
  if (comma == std::string_view::npos) return Fail(Wrong());
  PENSTOCK_TRY(daylight.begin, ParseRule(text.substr(0, comma)));
  PENSTOCK_TRY(daylight.end, ParseRule(text.substr(comma + 1)));
  zone.daylight_ = daylight;
  return zone;
}

int64_t PosixZone::LocalSecond(const Rule& rule, int in_year) {
  const year y(in_year);
  sys_days date = sys_days(y / std::chrono::January / 1);
  switch (rule.kind) {
    case Rule::Kind::kWeek: {
      month m(static_cast<unsigned>(rule.month));
      weekday w(static_cast<unsigned>(rule.day));
      date = rule.week == 5 ? sys_days(y / m / w[std::chrono::last])
                            : sys_days(y / m / w[static_cast<unsigned>(rule.week)]);
      break;
    }
    case Rule::Kind::kJulian:
      // The 29th of February is never counted.
      date += std::chrono::days(rule.day - 1 + (y.is_leap() && rule.day >= 60 ? 1 : 0));
      break;
    case Rule::Kind::kDay:
      date += std::chrono::days(rule.day);
      break;
  }
  return date.time_since_epoch().count() * kDay + rule.seconds;
}

std::pair<PosixZone::Change, PosixZone::Change> PosixZone::ChangesIn(int in_year) const {
  Change begin{LocalSecond(daylight_->begin, in_year) - standard_, daylight_->offset};
  Change end{LocalSecond(daylight_->end, in_year) - daylight_->offset, standard_};
  if (begin.time <= end.time) return {begin, end};
  return {end, begin};
}

}  // namespace penstock::schedule
