// SPDX-License-Identifier: Apache-2.0
#include "net/http_syntax.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/encoding.h"

namespace penstock::net {
namespace {

constexpr std::array<bool, 256> MakeTokenTable() {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<uint8_t>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<uint8_t>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<uint8_t>(c)] = true;
  for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<uint8_t>(c)] = true;
  return table;
}

constexpr std::array<bool, 256> kTokenTable = MakeTokenTable();

}  // namespace

bool IsTokenChar(char c) { return kTokenTable[static_cast<uint8_t>(c)]; }

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool IsFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto byte = static_cast<uint8_t>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

base::Result<std::pair<std::string_view, std::string_view>> SplitFieldLine(std::string_view line) {
  if (!line.empty() && (line[0] == ' ' || line[0] == '\t')) {
    return base::Fail(base::Code::kInvalidArgument, "a header field is folded over two lines");
  }
  size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return base::Fail(base::Code::kInvalidArgument, "a header line has no colon");
  }
  std::string_view name = line.substr(0, colon);
  if (!IsToken(name)) {
    return base::Fail(base::Code::kInvalidArgument,
                      "a header field's name is empty or holds a character that is not allowed");
  }
  std::string_view value = base::Trim(line.substr(colon + 1));
  if (!IsFieldValue(value)) {
    return base::Fail(base::Code::kInvalidArgument,
                      "the header field " + std::string(name) + " holds a control character");
  }
  return std::pair(name, value);
}

std::vector<std::string_view> SplitList(std::string_view text) {
  std::vector<std::string_view> elements;
  while (!text.empty()) {
    size_t comma = std::min(text.find(','), text.size());
    std::string_view element = base::Trim(text.substr(0, comma));
    if (!element.empty()) elements.push_back(element);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return elements;
}

}  // namespace penstock::net
