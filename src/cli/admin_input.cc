// SPDX-License-Identifier: Apache-2.0
#include "cli/admin_input.h"

#include <charconv>
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>

namespace penstock::cli {

using base::Code;
using base::Fail;

base::Result<std::string> ReadSecret(const std::string& word) {
  if (word != "-") return word;
  std::string line;
  if (!std::getline(std::cin, line) || line.empty()) {
    return Fail(Code::kInvalidArgument, "there is no secret on standard input");
  }
  return line;
}

base::Result<text::Json> ReadJsonFile(const std::string& path) {
  std::stringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream file(path);
    if (!file) return Fail(Code::kInvalidArgument, "cannot read " + path);
    text << file.rdbuf();
  }
  auto json = text::ParseJson(text.str());
  if (!json) return Fail(std::move(json.error()).Wrap(path == "-" ? "standard input" : path));
  return json;
}

base::Result<std::optional<base::Time>> ReadExpiry(std::string_view text, base::Time now) {
  if (text == "never") return std::nullopt;
  int64_t count = 0;
  const char* end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, count);
  constexpr int64_t kMost = 1'000'000;  // minutes, hours or days
  if (error == std::errc() && rest + 1 == end && count > 0 && count <= kMost) {
    if (*rest == 'd') return now + std::chrono::hours(24) * count;
    if (*rest == 'h') return now + std::chrono::hours(count);
    if (*rest == 'm') return now + std::chrono::minutes(count);
  }
  auto time = base::ParseRfc3339(text);
  if (time) return *time;
  return Fail(Code::kInvalidArgument,
              "'" + std::string(text) +
                  "' is no time to expire: write 90d, 12h, 30m, 2027-01-31T00:00:00Z or never");
}

}  // namespace penstock::cli
