// SPDX-License-Identifier: Apache-2.0
#include "schedule/macros.h"

#include "schedule/time_format.h"

namespace penstock::schedule {
namespace {

constexpr std::string_view kDefaultLayout = "20060102150405";

// The text for what stands in [[…]], or nothing where it is no macro.
std::optional<std::string> Bracketed(std::string_view name, const MacroValues& values) {
  if (name == "RunUUID") return values.run_id;
  if (name == "Index" && values.index) return std::to_string(*values.index);
  for (auto [word, time] : {std::pair{std::string_view("CurrentTime"), values.now},
                            std::pair{std::string_view("ScheduledTime"), values.scheduled}}) {
    if (!name.starts_with(word)) continue;
    std::string_view rest = name.substr(word.size());
    if (rest.empty()) return FormatGoLayout(time, kDefaultLayout);
    if (rest.starts_with('.')) return FormatGoLayout(time, rest.substr(1));
  }
  return std::nullopt;
}

// The text for what stands in {{…}}.
std::optional<std::string> Braced(std::string_view name, const MacroValues& values) {
  for (auto [word, time] :
       {std::pair{std::string_view("$.currentTime.strftime("), values.now},
        std::pair{std::string_view("$.scheduledTime.strftime("), values.scheduled}}) {
    if (!name.starts_with(word) || !name.ends_with(')')) continue;
    std::string_view quoted = name.substr(word.size(), name.size() - word.size() - 1);
    bool good = quoted.size() >= 2 && quoted.front() == quoted.back() &&
                (quoted.front() == '\'' || quoted.front() == '"');
    if (good) return FormatStrftime(time, quoted.substr(1, quoted.size() - 2));
  }
  return std::nullopt;
}

}  // namespace

std::string ExpandMacros(std::string_view text, const MacroValues& values) {
  std::string expanded;
  while (!text.empty()) {
    const bool bracket = text.starts_with("[[");
    if (bracket || text.starts_with("{{")) {
      size_t end = text.find(bracket ? "]]" : "}}", 2);
      if (end != std::string_view::npos) {
        std::string_view name = text.substr(2, end - 2);
        auto value = bracket ? Bracketed(name, values) : Braced(name, values);
        if (value) {
          expanded += *value;
          text.remove_prefix(end + 2);
          continue;
        }
      }
    }
    expanded += text.front();
    text.remove_prefix(1);
  }
  return expanded;
}

}  // namespace penstock::schedule
