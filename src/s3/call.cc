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

std::string VersionIdOf(const text::Query& query) { return query.GetOr("versionId", ""); }

base::Result<store::ObjectInfo> FindVersion(Call& call) {
  std::string version_id = VersionIdOf(call.query);
  auto info = call.store.GetObjectInfo(call.bucket(), call.key(), version_id);
  if (!info) return base::Fail(ExplainMissing(call, info.error()));
  if (!info->delete_marker) return info;
  std::string_view reason =
      version_id.empty() ? store::reason::kNoSuchKey : store::reason::kDeleteMarker;
  return base::Fail(
      ExplainMissing(call, base::Error(base::Code::kNotFound, reason, "a delete marker")));
}

base::Error ExplainMissing(Call& call, base::Error error) {
  bool named_marker = error.reason() == store::reason::kDeleteMarker;
  if (!named_marker && error.reason() != store::reason::kNoSuchKey) return error;
  net::Headers& headers = call.error_details.headers;
  auto info = call.store.GetObjectInfo(call.bucket(), call.key(), VersionIdOf(call.query));
  bool marker = info && info->delete_marker;
  headers.Set("x-amz-delete-marker", marker ? "true" : "false");
  if (!marker) return error;
  if (!info->version_id.empty()) headers.Set("x-amz-version-id", info->version_id);
  if (named_marker) {
    headers.Set("Last-Modified", base::FormatHttpDate(info->modified_at));
    headers.Set("Allow", "DELETE");
  }
  return error;
}

void AddWrittenVersion(std::string_view version_id, net::Headers& headers) {
  if (version_id.empty() || version_id == store::kNullVersion) return;
  headers.Add("x-amz-version-id", version_id);
}

}  // namespace penstock::s3
