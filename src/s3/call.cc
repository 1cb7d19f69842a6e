// SPDX-License-Identifier: Apache-2.0
#include "s3/call.h"

#include <algorithm>
#include <charconv>

#include "s3/error_codes.h"
#include "s3/error_map.h"

namespace penstock::s3 {

base::Status SendEmpty(Call& call, int status, const net::Headers& headers) {
  return call.response.Send(status, headers, "");
}

base::Status SendXml(Call& call, text::XmlWriter& xml, net::Headers headers) {
  return SendXmlText(call, xml.Finish(), std::move(headers));
}

base::Status SendXmlText(Call& call, std::string document, net::Headers headers) {
  headers.Set("Content-Type", "application/xml");
  return call.response.Send(200, std::move(headers), document);
}

void WriteOwner(std::string_view element, text::XmlWriter& xml) {
  xml.Open(element).Text("ID", kOwner).Text("DisplayName", kOwner).Close();
}

base::Result<int> NumberParameter(const text::Query& query, std::string_view name, int fallback,
                                  int least, int most) {
  const std::string* text = query.Find(name);
  if (text == nullptr || text->empty()) return fallback;
  int number = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < least) {
    return Refuse(code::kInvalidArgument, "Argument " + std::string(name) +
                                              " must be an integer between " +
                                              std::to_string(least) + " and 2147483647");
  }
  return std::min(number, most);
}

base::Status CheckVersionId(const text::Query& query) {
  const std::string* version = query.Find("versionId");
  if (version == nullptr || version->empty() || *version == "null") return {};
  return Refuse(code::kNoSuchVersion);
}

}  // namespace penstock::s3
