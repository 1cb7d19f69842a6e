// SPDX-License-Identifier: Apache-2.0
#include "ir/quantity.h"

#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

namespace penstock::ir {
namespace {

constexpr std::pair<std::string_view, double> kSuffixes[] = {
    {"n", 1e-9},    {"u", 1e-6},    {"m", 1e-3},    {"", 1},        {"k", 1e3},    {"K", 1e3},
    {"M", 1e6},     {"G", 1e9},     {"T", 1e12},    {"P", 1e15},    {"E", 1e18},   {"Ki", 0x1p10},
    {"Mi", 0x1p20}, {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}, {"Ei", 0x1p60}};

bool IsNumber(char c) { return (c >= '0' && c <= '9') || c == '.'; }

}  // namespace

std::optional<double> ParseQuantity(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !IsNumber(text.front())) return {};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number)) return {};
  const std::string_view suffix = text.substr(static_cast<size_t>(end - text.data()));
  for (const auto& [name, factor] : kSuffixes) {
    if (suffix == name) return number * factor;
  }
  return {};
}

}  // namespace penstock::ir
