// SPDX-License-Identifier: Apache-2.0
#include "schedule/time_format.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <functional>
#include <utility>

#include "schedule/local_time.h"

namespace penstock::schedule {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

struct Parts {
  LocalTime local;
  int64_t micros;
  int year() const { return static_cast<int>(local.date.year()); }
  int month() const { return static_cast<int>(static_cast<unsigned>(local.date.month())); }
  int day() const { return static_cast<int>(static_cast<unsigned>(local.date.day())); }
  int hour12() const { return local.hour % 12 == 0 ? 12 : local.hour % 12; }
  int day_of_year() const {
    return static_cast<int>(
        (Days(local.date) - Days(local.date.year() / std::chrono::January / 1)).count() + 1);
  }
};

Parts PartsOf(base::Time time) {
  auto second = std::chrono::floor<std::chrono::seconds>(time);
  return {FromLocalSeconds(second.time_since_epoch().count()), (time - second).count()};
}

std::string Padded(int64_t number, int width, char fill = '0') {
  std::string digits = std::to_string(number);
  int missing = width - static_cast<int>(digits.size());
  return missing > 0 ? std::string(static_cast<size_t>(missing), fill) + digits : digits;
}

std::string Weekday(const Parts& parts) {
  return std::string(kWeekdays[parts.local.weekday().c_encoding()]);
}

struct Element {
  std::string_view sample;
  std::string (*write)(const Parts&);
};

// Longer samples stand before their beginnings.
constexpr Element kElements[] = {
    {"2006", [](const Parts& p) { return Padded(p.year(), 4); }},
    {"January",
     [](const Parts& p) { return std::string(kMonths[static_cast<size_t>(p.month() - 1)]); }},
    {"Jan",
     [](const Parts& p) {
       return std::string(kMonths[static_cast<size_t>(p.month() - 1)].substr(0, 3));
     }},
    {"Monday", [](const Parts& p) { return Weekday(p); }},
    {"Mon", [](const Parts& p) { return Weekday(p).substr(0, 3); }},
    {"MST", [](const Parts&) { return std::string("UTC"); }},
    {"Z07:00:00", [](const Parts&) { return std::string("Z"); }},
    {"Z070000", [](const Parts&) { return std::string("Z"); }},
    {"Z07:00", [](const Parts&) { return std::string("Z"); }},
    {"Z0700", [](const Parts&) { return std::string("Z"); }},
    {"Z07", [](const Parts&) { return std::string("Z"); }},
    {"-07:00:00", [](const Parts&) { return std::string("+00:00:00"); }},
    {"-070000", [](const Parts&) { return std::string("+000000"); }},
    {"-07:00", [](const Parts&) { return std::string("+00:00"); }},
    {"-0700", [](const Parts&) { return std::string("+0000"); }},
    {"-07", [](const Parts&) { return std::string("+00"); }},
    {"002", [](const Parts& p) { return Padded(p.day_of_year(), 3); }},
    {"01", [](const Parts& p) { return Padded(p.month(), 2); }},
    {"02", [](const Parts& p) { return Padded(p.day(), 2); }},
    {"03", [](const Parts& p) { return Padded(p.hour12(), 2); }},
    {"04", [](const Parts& p) { return Padded(p.local.minute, 2); }},
    {"05", [](const Parts& p) { return Padded(p.local.second, 2); }},
    {"06", [](const Parts& p) { return Padded(p.year() % 100, 2); }},
    {"15", [](const Parts& p) { return Padded(p.local.hour, 2); }},
    {"__2", [](const Parts& p) { return Padded(p.day_of_year(), 3, ' '); }},
    {"_2", [](const Parts& p) { return Padded(p.day(), 2, ' '); }},
    {"PM", [](const Parts& p) { return std::string(p.local.hour < 12 ? "AM" : "PM"); }},
    {"pm", [](const Parts& p) { return std::string(p.local.hour < 12 ? "am" : "pm"); }},
    {"1", [](const Parts& p) { return std::to_string(p.month()); }},
    {"2", [](const Parts& p) { return std::to_string(p.day()); }},
    {"3", [](const Parts& p) { return std::to_string(p.hour12()); }},
    {"4", [](const Parts& p) { return std::to_string(p.local.minute); }},
    {"5", [](const Parts& p) { return std::to_string(p.local.second); }},
};

// ".000" or ",000" with as many digits, ".999" without zeros at its end. The number of characters
// of the layout that this took, or 0.
size_t WriteFraction(const Parts& parts, std::string_view layout, std::string& text) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',')) return 0;
  const char digit = layout[1];
  if (digit != '0' && digit != '9') return 0;
  size_t digits = std::min(layout.find_first_not_of(digit, 1), layout.size()) - 1;
  bool number_goes_on =
      digits + 1 < layout.size() && layout[digits + 1] >= '0' && layout[digits + 1] <= '9';
  if (digits > 9 || number_goes_on) return 0;
  std::string fraction = (Padded(parts.micros, 6) + "000").substr(0, digits);
  if (digit == '9') {
    while (fraction.ends_with('0')) fraction.pop_back();
  }
  if (!fraction.empty()) text += layout[0] + fraction;
  return digits + 1;
}

}  // namespace

std::string FormatGoLayout(base::Time time, std::string_view layout) {
  const Parts parts = PartsOf(time);
  std::string text;
  while (!layout.empty()) {
    size_t taken = WriteFraction(parts, layout, text);
    for (const Element& element : kElements) {
      if (taken != 0) break;
      if (!layout.starts_with(element.sample)) continue;
      text += element.write(parts);
      taken = element.sample.size();
    }
    if (taken == 0) {
      text += layout.front();
      taken = 1;
    }
    layout.remove_prefix(taken);
  }
  return text;
}

std::string FormatStrftime(base::Time time, std::string_view format) {
  const Parts parts = PartsOf(time);
  const std::pair<char, std::string> elements[] = {{'Y', "2006"},
                                                   {'y', "06"},
                                                   {'m', "01"},
                                                   {'d', "02"},
                                                   {'e', "_2"},
                                                   {'H', "15"},
                                                   {'I', "03"},
                                                   {'M', "04"},
                                                   {'S', "05"},
                                                   {'p', "PM"},
                                                   {'B', "January"},
                                                   {'b', "Jan"},
                                                   {'h', "Jan"},
                                                   {'A', "Monday"},
                                                   {'a', "Mon"},
                                                   {'j', "002"},
                                                   {'Z', "MST"},
                                                   {'z', "-0700"},
                                                   {'F', "2006-01-02"},
                                                   {'T', "15:04:05"},
                                                   {'R', "15:04"},
                                                   {'D', "01/02/06"},
                                                   {'c', "Mon Jan _2 15:04:05 2006"},
                                                   {'x', "01/02/06"},
                                                   {'X', "15:04:05"}};
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      text += format[i];
      continue;
    }
    const char letter = format[++i];
    if (letter == '%') {
      text += '%';
    } else if (letter == 'f') {
      text += Padded(parts.micros, 6);
    } else if (letter == 's') {
      text += std::to_string(ToLocalSeconds(parts.local));
    } else {
      const std::string* layout = nullptr;
      for (const auto& [known, written] : elements) {
        if (known == letter) layout = &written;
      }
      text += layout != nullptr ? FormatGoLayout(time, *layout) : std::string{'%', letter};
    }
  }
  return text;
}

}  // namespace penstock::schedule
