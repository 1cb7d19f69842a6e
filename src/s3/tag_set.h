// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "text/xml.h"

namespace penstock::s3 {

// Tags as a client sent them, in its order.
using TagList = std::vector<std::pair<std::string, std::string>>;

inline constexpr size_t kMaxObjectTags = 10;
inline constexpr size_t kMaxBucketTags = 50;
inline constexpr size_t kMaxTagXmlBytes = size_t{64} << 10;

// x-amz-tagging: "key=value&key=value", escaped as in a query. InvalidTag where a tag is not one
// (lengths, characters, doubled keys, too many), InvalidArgument where the text cannot be read.
base::Result<TagList> ParseTagHeader(std::string_view header);

// A <Tagging> document. MalformedXML where it is none; otherwise as above.
base::Result<TagList> ParseTagging(std::string_view xml, size_t most);

std::map<std::string, std::string> ToTagMap(const TagList& tags);

// <Tagging><TagSet><Tag>…
template <typename Tags>
void WriteTagging(const Tags& tags, std::string_view xmlns, text::XmlWriter& xml) {
  xml.Open("Tagging", xmlns).Open("TagSet");
  for (const auto& [key, value] : tags) {
    xml.Open("Tag").Text("Key", key).Text("Value", value).Close();
  }
  xml.Close().Close();
}

}  // namespace penstock::s3
