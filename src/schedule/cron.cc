// SPDX-License-Identifier: Apache-2.0
#include "schedule/cron.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "base/encoding.h"

namespace penstock::schedule {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr int64_t kDay = 24 * 60 * 60;
// The 29th of February may be eight years away (1896 to 1904).
constexpr int64_t kHorizon = 9 * 366 * kDay;
constexpr size_t kMaxBytes = 1024;

struct FieldRange {
  std::string_view name;
  unsigned min, max;
  const std::vector<std::string_view>* names = nullptr;  // of min and what follows
};

const std::vector<std::string_view>& MonthNames() {
  static const std::vector<std::string_view> kNames = {"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
  return kNames;
}

const std::vector<std::string_view>& WeekdayNames() {
  static const std::vector<std::string_view> kNames = {"sun", "mon", "tue", "wed",
                                                       "thu", "fri", "sat"};
  return kNames;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::string_view part : Split(text, ' ')) {
    part = base::Trim(part);
    if (!part.empty()) words.push_back(part);
  }
  return words;
}

base::Error Wrong(const FieldRange& range, std::string_view text, std::string_view what) {
  return {Code::kInvalidArgument, "cron: the " + std::string(range.name) + " '" +
                                      std::string(text) + "' " + std::string(what)};
}

Result<unsigned> ParseValue(const FieldRange& range, std::string_view text) {
  if (range.names != nullptr) {
    auto found = std::ranges::find(*range.names, base::ToLower(std::string(text)));
    if (found != range.names->end()) {
      return range.min + static_cast<unsigned>(found - range.names->begin());
    }
  }
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Fail(Wrong(range, text, "is no number"));
  }
  return value;
}

// What one element of a list says: "*", "5", "1-5", "*/10", "5/10" (to the end), "1-30/2".
Result<uint64_t> ParseElement(const FieldRange& range, std::string_view text, bool& any) {
  auto parts = Split(text, '/');
  auto bounds = Split(parts[0], '-');
  if (parts.size() > 2 || bounds.size() > 2) return Fail(Wrong(range, text, "cannot be read"));
  unsigned first = range.min;
  unsigned last = range.max;
  unsigned step = 1;
  if (bounds[0] == "*" || bounds[0] == "?") {
    if (bounds.size() > 1) return Fail(Wrong(range, text, "cannot be read"));
    any = true;
  } else {
    PENSTOCK_TRY(first, ParseValue(range, bounds[0]));
    last = first;
    if (bounds.size() == 2) {
      PENSTOCK_TRY(last, ParseValue(range, bounds[1]));
    }
    if (parts.size() == 2 && bounds.size() == 1) last = range.max;
  }
  if (parts.size() == 2) {
    FieldRange steps{range.name, 1, range.max};
    PENSTOCK_TRY(step, ParseValue(steps, parts[1]));
    if (step == 0) return Fail(Wrong(range, text, "has a step of 0"));
  }
  if (first < range.min || last > range.max) {
    return Fail(
        Wrong(range, text,
              "is not within " + std::to_string(range.min) + " to " + std::to_string(range.max)));
  }
  if (first > last) return Fail(Wrong(range, text, "ends before it begins"));
  uint64_t bits = 0;
  for (uint64_t value = first; value <= last; value += step) bits |= uint64_t{1} << value;
  return bits;
}

Result<uint64_t> ParseField(const FieldRange& range, std::string_view text, bool& any) {
  uint64_t bits = 0;
  for (std::string_view element : Split(text, ',')) {
    if (element.empty()) return Fail(Wrong(range, text, "has an empty place in its list"));
    PENSTOCK_TRY(uint64_t more, ParseElement(range, element, any));
    bits |= more;
  }
  return bits;
}

bool Has(uint64_t bits, int value) { return (bits >> value & 1) != 0; }

// The smallest value of the field at or after `from`, or -1.
int NextValue(uint64_t bits, int from) {
  for (int value = from; value < 64; ++value) {
    if (Has(bits, value)) return value;
  }
  return -1;
}

}  // namespace

std::optional<std::string_view> CronExpression::Descriptor(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kDescriptors = {{
      {"@yearly", "0 0 0 1 1 *"},
      {"@annually", "0 0 0 1 1 *"},
      {"@monthly", "0 0 0 1 * *"},
      {"@weekly", "0 0 0 * * 0"},
      {"@daily", "0 0 0 * * *"},
      {"@midnight", "0 0 0 * * *"},
      {"@hourly", "0 0 * * * *"},
  }};
  for (const auto& [name, fields] : kDescriptors) {
    if (name == word) return fields;
  }
  return std::nullopt;
}

Result<CronExpression::Fields> CronExpression::ParseFields(std::string_view text) {
  auto words = Words(text);
  if (words.size() != 5 && words.size() != 6) {
    return Fail(Code::kInvalidArgument,
                "cron: '" + std::string(text) +
                    "' must have six fields: second, minute, hour, day of month, month and day of "
                    "week; or be one of @yearly, @monthly, @weekly, @daily, @hourly, @every 1h30m");
  }
  Fields fields;
  bool ignored = false;
  PENSTOCK_TRY(fields.second, ParseField({"second", 0, 59}, words[0], ignored));
  PENSTOCK_TRY(fields.minute, ParseField({"minute", 0, 59}, words[1], ignored));
  PENSTOCK_TRY(fields.hour, ParseField({"hour", 0, 23}, words[2], ignored));
  PENSTOCK_TRY(fields.day, ParseField({"day of month", 1, 31}, words[3], fields.any_day));
  PENSTOCK_TRY(fields.month, ParseField({"month", 1, 12, &MonthNames()}, words[4], ignored));
  std::string_view weekday = words.size() == 6 ? words[5] : "*";
  PENSTOCK_TRY(fields.weekday,
               ParseField({"day of week", 0, 6, &WeekdayNames()}, weekday, fields.any_weekday));
  return fields;
}

Result<CronExpression> CronExpression::Parse(std::string_view text) {
  text = base::Trim(text);
  if (text.size() > kMaxBytes) return Fail(Code::kInvalidArgument, "cron: the text is too long");
  CronExpression cron;
  constexpr std::string_view kEvery = "@every ";
  if (text.starts_with(kEvery)) {
    PENSTOCK_TRY(cron.every_, ParseDuration(base::Trim(text.substr(kEvery.size()))));
    // Whole seconds, at least one: finer than that nothing is started.
    cron.every_ = std::max<base::Duration>(std::chrono::floor<std::chrono::seconds>(cron.every_),
                                           std::chrono::seconds(1));
    return cron;
  }
  if (text.starts_with('@')) {
    auto fields = Descriptor(text);
    if (!fields) {
      return Fail(Code::kInvalidArgument, "cron: '" + std::string(text) + "' is not known");
    }
    text = *fields;
  }
  PENSTOCK_TRY(cron.fields_, ParseFields(text));
  if (!cron.Next(base::Time{}, TimeZone::Utc())) {
    return Fail(Code::kInvalidArgument,
                "cron: '" + std::string(text) + "' names a date that never comes");
  }
  return cron;
}

bool CronExpression::DayMatches(const LocalTime& time) const {
  bool day = Has(fields_->day, static_cast<int>(static_cast<unsigned>(time.date.day())));
  bool weekday = Has(fields_->weekday, static_cast<int>(time.weekday().c_encoding()));
  if (fields_->any_day || fields_->any_weekday) return day && weekday;
  return day || weekday;
}

// The first local second that matches, at or after `from` and before `end`.
std::optional<int64_t> CronExpression::NextLocal(int64_t from, int64_t end) const {
  LocalTime start = FromLocalSeconds(from);
  for (int64_t day = from - (from % kDay + kDay) % kDay; day < end; day += kDay) {
    LocalTime time = FromLocalSeconds(day);
    if (!Has(fields_->month, static_cast<int>(static_cast<unsigned>(time.date.month()))) ||
        !DayMatches(time)) {
      continue;
    }
    bool first_day = time.date == start.date;
    int hour = NextValue(fields_->hour, first_day ? start.hour : 0);
    for (; hour >= 0; hour = NextValue(fields_->hour, hour + 1)) {
      bool first_hour = first_day && hour == start.hour;
      int minute = NextValue(fields_->minute, first_hour ? start.minute : 0);
      for (; minute >= 0; minute = NextValue(fields_->minute, minute + 1)) {
        bool first_minute = first_hour && minute == start.minute;
        int second = NextValue(fields_->second, first_minute ? start.second : 0);
        if (second < 0) continue;
        int64_t found = day + hour * 3600 + minute * 60 + second;
        return found < end ? std::optional(found) : std::nullopt;
      }
    }
  }
  return std::nullopt;
}

std::optional<base::Time> CronExpression::Next(base::Time after, const TimeZone& zone) const {
  int64_t second = std::chrono::floor<std::chrono::seconds>(after).time_since_epoch().count();
  if (!fields_) return base::Time(std::chrono::seconds(second)) + every_;
  const int64_t horizon = second + kHorizon;
  for (int64_t from = second + 1; from < horizon;) {
    // Within a period the wall's clock goes as UTC does, some hours apart.
    ZonePeriod period = zone.PeriodAt(from);
    int64_t end = std::min(period.end, horizon);
    if (auto local = NextLocal(from + period.offset, end + period.offset)) {
      return base::Time(std::chrono::seconds(*local - period.offset));
    }
    from = end;
  }
  return std::nullopt;
}

Result<base::Duration> ParseDuration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 6> kUnits = {
      {{"ns", 1e-3}, {"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 6e7}, {"h", 3.6e9}}};
  auto wrong = [whole = std::string(text)] {
    return Fail(Code::kInvalidArgument,
                "'" + whole + "' is no duration: write it as 1h30m, 90s or 1.5h");
  };
  constexpr double kMost = 100.0 * 366 * 24 * 3.6e9;  // a century
  double micros = 0;
  if (text.empty()) return wrong();
  while (!text.empty()) {
    size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    double number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (digits == 0 || error != std::errc() || end != text.data() + digits) return wrong();
    text.remove_prefix(digits);
    size_t letters = std::min(text.find_first_of("0123456789."), text.size());
    auto unit = std::ranges::find(kUnits, text.substr(0, letters),
                                  [](const auto& known) { return known.first; });
    if (unit == kUnits.end()) return wrong();
    text.remove_prefix(letters);
    micros += number * unit->second;
    if (micros > kMost) return wrong();
  }
  return base::Duration(static_cast<int64_t>(micros));
}

}  // namespace penstock::schedule
