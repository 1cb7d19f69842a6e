// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <utility>

namespace penstock::base {
namespace {

std::tm ToUtc(Time time) {
  std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return utc;
}

int64_t MicrosOfSecond(Time time) {
  return (time - std::chrono::floor<std::chrono::seconds>(time)).count();
}

void AppendDigits(std::string& text, int64_t number, size_t count) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const auto length = static_cast<size_t>(end - digits.data());
  text.append(count - std::min(count, length), '0');
  text.append(digits.data(), length);
}

// "2024-05-06T07:08:09" in UTC. Written by hand, because every line of a log and every state of
// every task has one.
std::string DateAndTime(Time time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const int64_t of_day = (second - day).count();
  std::string text;
  text.reserve(32);
  AppendDigits(text, static_cast<int>(date.year()), 4);
  for (const auto& [mark, number] :
       {std::pair<char, int64_t>{'-', static_cast<unsigned>(date.month())},
        {'-', static_cast<unsigned>(date.day())},
        {'T', of_day / 3600},
        {':', of_day / 60 % 60},
        {':', of_day % 60}}) {
    text += mark;
    AppendDigits(text, number, 2);
  }
  return text;
}

std::string Strftime(const char* format, const std::tm& utc) {
  std::array<char, 64> buffer;
  size_t length = std::strftime(buffer.data(), buffer.size(), format, &utc);
  return std::string(buffer.data(), length);
}

bool ReadDigits(std::string_view& text, size_t count, int& value) {
  if (text.size() < count) return false;
  value = 0;
  for (size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool ReadChar(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

bool InRange(const std::tm& t) {
  return t.tm_mon >= 0 && t.tm_mon < 12 && t.tm_mday >= 1 && t.tm_mday <= 31 && t.tm_hour < 24 &&
         t.tm_min < 60 && t.tm_sec <= 60;
}

Time FromUtc(std::tm utc) { return Time(std::chrono::seconds(timegm(&utc))); }

// The year of a text has four digits; an offset can lead beyond them.
bool HasFourDigits(Time time) {
  using std::chrono::year;
  constexpr std::chrono::sys_days kFirst = year(0) / 1 / 1;
  constexpr std::chrono::sys_days kEnd = year(10000) / 1 / 1;
  return kFirst <= time && time < kEnd;
}

Error BadTime(std::string_view text, std::string_view shape) {
  return Error(Code::kInvalidArgument,
               "'" + std::string(text) + "' is not a time of the form " + std::string(shape));
}

// Reads ".123456789" into microseconds; digits past the sixth are dropped.
bool ReadFraction(std::string_view& text, int64_t& micros) {
  micros = 0;
  if (!ReadChar(text, '.')) return true;
  int64_t scale = 100000;
  size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    micros += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
    ++digits;
  }
  return digits > 0;
}

// Reads "Z" or "+hh:mm" into seconds east of UTC.
bool ReadOffset(std::string_view& text, int64_t& seconds) {
  seconds = 0;
  if (ReadChar(text, 'Z') || ReadChar(text, 'z')) return true;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!ReadDigits(text, 2, hours) || !ReadChar(text, ':') || !ReadDigits(text, 2, minutes)) {
    return false;
  }
  seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

}  // namespace

Time SystemClock::Now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Time FakeClock::Now() const {
  std::lock_guard lock(mutex_);
  return now_;
}

void FakeClock::Advance(Duration by) {
  std::lock_guard lock(mutex_);
  now_ += by;
}

void FakeClock::Set(Time now) {
  std::lock_guard lock(mutex_);
  now_ = now;
}

std::string FormatRfc3339(Time time) {
  std::string text = DateAndTime(time);
  const int64_t micros = MicrosOfSecond(time);
  if (micros != 0) {
    text += '.';
    if (micros % 1000 == 0) {
      AppendDigits(text, micros / 1000, 3);
    } else {
      AppendDigits(text, micros, 6);
    }
  }
  return text + "Z";
}

std::string FormatIso8601Millis(Time time) {
  std::string text = DateAndTime(time);
  text += '.';
  AppendDigits(text, MicrosOfSecond(time) / 1000, 3);
  text += 'Z';
  return text;
}

std::string FormatHttpDate(Time time) {
  // Names are written out by hand: strftime's would follow the locale.
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc = ToUtc(time);
  return std::string(kDays[utc.tm_wday]) + Strftime(", %d ", utc) + kMonths[utc.tm_mon] +
         Strftime(" %Y %H:%M:%S GMT", utc);
}

std::string FormatAmzDate(Time time) { return Strftime("%Y%m%dT%H%M%SZ", ToUtc(time)); }

Result<Time> ParseRfc3339(std::string_view text) {
  std::string_view rest = text;
  std::tm utc{};
  int year = 0;
  int month = 0;
  int64_t micros = 0;
  int64_t offset = 0;
  bool ok = ReadDigits(rest, 4, year) && ReadChar(rest, '-') && ReadDigits(rest, 2, month) &&
            ReadChar(rest, '-') && ReadDigits(rest, 2, utc.tm_mday) &&
            (ReadChar(rest, 'T') || ReadChar(rest, 't') || ReadChar(rest, ' ')) &&
            ReadDigits(rest, 2, utc.tm_hour) && ReadChar(rest, ':') &&
            ReadDigits(rest, 2, utc.tm_min) && ReadChar(rest, ':') &&
            ReadDigits(rest, 2, utc.tm_sec) && ReadFraction(rest, micros) &&
            ReadOffset(rest, offset) && rest.empty();
  utc.tm_year = year - 1900;
  utc.tm_mon = month - 1;
  if (!ok || !InRange(utc)) return Fail(BadTime(text, "2026-11-23T08:09:10Z"));
  const Time time = FromUtc(utc) + Duration(micros) - std::chrono::seconds(offset);
  if (!HasFourDigits(time)) return Fail(BadTime(text, "2026-11-23T08:09:10Z"));
  return time;
}

Result<Time> ParseHttpDate(std::string_view text) {
  std::tm utc{};
  std::string copy(text);
  const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  if (end == nullptr || *end != '\0' || !InRange(utc)) {
    return Fail(BadTime(text, "Mon, 23 Nov 2026 08:09:10 GMT"));
  }
  return FromUtc(utc);
}

Result<Time> ParseAmzDate(std::string_view text) {
  std::string_view rest = text;
  std::tm utc{};
  int year = 0;
  int month = 0;
  bool ok = ReadDigits(rest, 4, year) && ReadDigits(rest, 2, month) &&
            ReadDigits(rest, 2, utc.tm_mday) && ReadChar(rest, 'T') &&
            ReadDigits(rest, 2, utc.tm_hour) && ReadDigits(rest, 2, utc.tm_min) &&
            ReadDigits(rest, 2, utc.tm_sec) && ReadChar(rest, 'Z') && rest.empty();
  utc.tm_year = year - 1900;
  utc.tm_mon = month - 1;
  if (!ok || !InRange(utc)) return Fail(BadTime(text, "20261123T080910Z"));
  return FromUtc(utc);
}

}  // namespace penstock::base
