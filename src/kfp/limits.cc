// SPDX-License-Identifier: Apache-2.0
#include "kfp/limits.h"

#include <algorithm>

#include "text/json.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;

constexpr size_t kMaxTags = 20;
constexpr size_t kMaxTagLength = 63;

size_t CountCharacters(std::string_view utf8) {
  return static_cast<size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

}  // namespace

base::Status CheckLength(std::string_view field, std::string_view text, size_t most) {
  size_t length = CountCharacters(text);
  if (length <= most) return {};
  return Fail(Code::kInvalidArgument, std::string(field) + " has " + std::to_string(length) +
                                          " characters; at most " + std::to_string(most) +
                                          " are allowed");
}

base::Status CheckTags(const Tags& tags) {
  if (tags.size() > kMaxTags) {
    return Fail(Code::kInvalidArgument, std::to_string(tags.size()) + " tags; at most " +
                                            std::to_string(kMaxTags) + " are allowed");
  }
  for (const auto& [key, value] : tags) {
    if (key.empty()) return Fail(Code::kInvalidArgument, "a tag's key is empty");
    if (key.find('.') != std::string::npos) {
      return Fail(Code::kInvalidArgument, "the tag key '" + key + "' has a dot in it");
    }
    PENSTOCK_RETURN_IF_ERROR(CheckLength("the tag key '" + key + "'", key, kMaxTagLength));
    PENSTOCK_RETURN_IF_ERROR(CheckLength("the value of tag '" + key + "'", value, kMaxTagLength));
  }
  return {};
}

base::Result<Tags> ParseTags(std::string_view json_text) {
  Tags tags;
  if (json_text.empty()) return tags;
  auto json = text::ParseJson(json_text);
  if (!json || !json->is_object()) {
    return Fail(Code::kInvalidArgument, "tags must be a JSON object of strings");
  }
  for (const auto& [key, value] : json->as_object()) {
    if (!value.is_string()) {
      return Fail(Code::kInvalidArgument, "the value of tag '" + key + "' must be a string, not " +
                                              std::string(value.KindName()));
    }
    tags[key] = value.as_string();
  }
  PENSTOCK_RETURN_IF_ERROR(CheckTags(tags));
  return tags;
}

}  // namespace penstock::kfp
