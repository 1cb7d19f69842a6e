// SPDX-License-Identifier: Apache-2.0
#include "kfp/multipart_form.h"

#include "base/encoding.h"
#include "text/header_value.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxParts = 16;
constexpr size_t kMaxPartHeaderBytes = 8 << 10;
constexpr size_t kMaxBoundaryBytes = 70;  // RFC 2046 section 5.1.1
constexpr std::string_view kLineEnd = "\r\n";

tl::unexpected<base::Error> Wrong(std::string message) {
  return Fail(Code::kInvalidArgument, "the upload form is not valid: " + std::move(message));
}

Result<std::string> ReadBoundary(std::string_view content_type) {
  auto value = text::ParseHeaderValue(content_type);
  if (!value) return Wrong("its Content-Type: " + value.error().message());
  if (value->value != "multipart/form-data") {
    return Wrong("its Content-Type must be multipart/form-data, not '" + value->value + "'");
  }
  const std::string* boundary = value->Find("boundary");
  if (boundary == nullptr || boundary->empty() || boundary->size() > kMaxBoundaryBytes ||
      boundary->find_first_of("\r\n") != std::string::npos) {
    return Wrong("its Content-Type has no usable boundary");
  }
  return *boundary;
}

// Reads the header lines of a part, each with its line end.
base::Status ReadPartHeaders(std::string_view lines, FormPart& part) {
  bool named = false;
  while (!lines.empty()) {
    size_t end = lines.find(kLineEnd);
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + kLineEnd.size());
    size_t colon = line.find(':');
    if (colon == std::string_view::npos) return Wrong("a part has a header line without a colon");
    if (!base::EqualsIgnoreCase(line.substr(0, colon), "Content-Disposition")) continue;
    auto disposition = text::ParseHeaderValue(base::Trim(line.substr(colon + 1)));
    if (!disposition) return Wrong("a Content-Disposition: " + disposition.error().message());
    const std::string* name = disposition->Find("name");
    if (named || disposition->value != "form-data" || name == nullptr) {
      return Wrong("a part must have one Content-Disposition: form-data, with a name");
    }
    named = true;
    part.name = *name;
    part.filename = text::FormFilename(*disposition);
  }
  if (!named) return Wrong("a part has no Content-Disposition");
  return {};
}

// Reads a part from behind its boundary line; `rest` is left at the boundary after it.
Result<FormPart> TakePart(std::string_view& rest, std::string_view separator) {
  FormPart part;
  size_t headers_end = 0;
  if (!rest.starts_with(kLineEnd)) {
    size_t blank = rest.substr(0, kMaxPartHeaderBytes).find("\r\n\r\n");
    if (blank == std::string_view::npos) return Wrong("a part's headers do not end");
    headers_end = blank + kLineEnd.size();
  }
  PENSTOCK_RETURN_IF_ERROR(ReadPartHeaders(rest.substr(0, headers_end), part));
  rest.remove_prefix(headers_end + kLineEnd.size());
  // The line end before a boundary belongs to the boundary; of an empty part it is the blank line.
  size_t end = rest.find(separator);
  if (end == std::string_view::npos) return Wrong("it is cut off before its closing boundary");
  part.content = rest.substr(0, end);
  rest.remove_prefix(end + separator.size());
  return part;
}

}  // namespace

Result<std::vector<FormPart>> ParseMultipartForm(std::string_view content_type,
                                                 std::string_view body) {
  PENSTOCK_TRY(std::string boundary, ReadBoundary(content_type));
  const std::string separator = "\r\n--" + boundary;
  std::string_view rest = body;
  if (!rest.starts_with(std::string_view(separator).substr(kLineEnd.size()))) {
    return Wrong("it does not begin with its boundary");
  }
  rest.remove_prefix(separator.size() - kLineEnd.size());

  std::vector<FormPart> parts;
  while (!rest.starts_with("--")) {
    // Blanks may stand behind a boundary.
    size_t text = rest.find_first_not_of(" \t");
    rest.remove_prefix(std::min(text, rest.size()));
    if (!rest.starts_with(kLineEnd)) return Wrong("a boundary line does not end");
    rest.remove_prefix(kLineEnd.size());
    if (parts.size() == kMaxParts) return Wrong("it has too many parts");
    PENSTOCK_TRY(FormPart part, TakePart(rest, separator));
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace penstock::kfp
