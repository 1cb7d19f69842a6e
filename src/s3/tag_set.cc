// SPDX-License-Identifier: Apache-2.0
#include "s3/tag_set.h"

#include <set>

#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "text/url.h"
#include "text/utf8.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr size_t kMaxKeyCharacters = 128;
constexpr size_t kMaxValueCharacters = 256;
constexpr size_t kMaxDepth = 8;

bool IsTagCharacter(char32_t c) {
  if (c >= 0x80) return c >= 0xA0;  // the controls between are none
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::u32string_view(U" +-=._:/@").find(c) != std::u32string_view::npos;
}

// Whether the text has at most so many characters, all of which tags may have.
bool IsTagText(std::string_view text, size_t most) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) {
    text::CodePoint point = text::DecodeUtf8(text, at);
    if (!point.valid || !IsTagCharacter(point.value) || count == most) return false;
    at += point.length;
  }
  return true;
}

Status CheckTags(const TagList& tags, size_t most) {
  if (tags.size() > most) {
    return Refuse(code::kInvalidTag, "There can be at most " + std::to_string(most) + " tags");
  }
  std::set<std::string_view> keys;
  for (const auto& [key, value] : tags) {
    if (key.empty() || !IsTagText(key, kMaxKeyCharacters)) {
      return Refuse(code::kInvalidTag, "The TagKey you have provided is invalid");
    }
    if (key.starts_with("aws:")) {
      return Refuse(code::kInvalidTag, "System tags cannot be added/updated by requester");
    }
    if (!IsTagText(value, kMaxValueCharacters)) {
      return Refuse(code::kInvalidTag, "The TagValue you have provided is invalid");
    }
    if (!keys.insert(key).second) {
      return Refuse(code::kInvalidTag, "Cannot provide multiple Tags with the same key");
    }
  }
  return {};
}

}  // namespace

Result<TagList> ParseTagHeader(std::string_view header) {
  auto query = text::Query::Parse(header);
  if (!query) {
    return Refuse(code::kInvalidArgument,
                  "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
                  "parameters without tag name duplicates.");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckTags(query->items(), kMaxObjectTags));
  return query->items();
}

Result<TagList> ParseTagging(std::string_view xml, size_t most) {
  auto root = text::ParseXml(xml, {.max_bytes = kMaxTagXmlBytes, .max_depth = kMaxDepth});
  if (!root || root->name != "Tagging") return Refuse(code::kMalformedXml);
  const text::XmlElement* set = root->Child("TagSet");
  if (set == nullptr) return Refuse(code::kMalformedXml);
  TagList tags;
  for (const text::XmlElement& tag : set->children) {
    const text::XmlElement* key = tag.Child("Key");
    const text::XmlElement* value = tag.Child("Value");
    if (tag.name != "Tag" || key == nullptr || value == nullptr) {
      return Refuse(code::kMalformedXml);
    }
    tags.emplace_back(key->text, value->text);
  }
  PENSTOCK_RETURN_IF_ERROR(CheckTags(tags, most));
  return tags;
}

std::map<std::string, std::string> ToTagMap(const TagList& tags) {
  return {tags.begin(), tags.end()};
}

}  // namespace penstock::s3
