// SPDX-License-Identifier: Apache-2.0
#include "s3/post/form_reader.h"

#include <algorithm>
#include <cstring>

#include "base/encoding.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "text/header_value.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr size_t kReadBytes = size_t{64} << 10;
constexpr size_t kMaxHeaderBytes = size_t{8} << 10;
constexpr size_t kMaxBoundaryBytes = 70;  // RFC 2046 section 5.1.1
constexpr std::string_view kLineEnd = "\r\n";

auto Malformed(std::string what) {
  return Refuse(
      code::kMalformedPostRequest,
      "The body of your POST request is not well-formed multipart/form-data: " + std::move(what));
}

Result<std::string> ReadBoundary(std::string_view content_type) {
  auto value = text::ParseHeaderValue(content_type);
  if (!value || value->value != "multipart/form-data") {
    return Refuse(code::kPreconditionFailed,
                  "Bucket POST must be of the enclosure-type multipart/form-data");
  }
  const std::string* boundary = value->Find("boundary");
  if (boundary == nullptr || boundary->empty() || boundary->size() > kMaxBoundaryBytes ||
      boundary->find_first_of(kLineEnd) != std::string::npos) {
    return Malformed("its Content-Type has no usable boundary");
  }
  return *boundary;
}

size_t FindIn(std::string_view bytes, std::string_view text) {
  const void* found = memmem(bytes.data(), bytes.size(), text.data(), text.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
}

}  // namespace

const std::string* UploadForm::Find(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (field == name) return &value;
  }
  return nullptr;
}

std::string UploadForm::GetOr(std::string_view name, std::string_view fallback) const {
  const std::string* value = Find(name);
  return value == nullptr ? std::string(fallback) : *value;
}

Result<std::unique_ptr<FormReader>> FormReader::Open(std::string_view content_type,
                                                     base::ByteSource& body) {
  PENSTOCK_TRY(std::string boundary, ReadBoundary(content_type));
  std::unique_ptr<FormReader> reader(new FormReader("\r\n--" + boundary, body));
  PENSTOCK_RETURN_IF_ERROR(reader->ReadFields());
  return reader;
}

Status FormReader::ReadFields() {
  std::string_view first = std::string_view(separator_).substr(kLineEnd.size());
  while (window().size() < first.size()) {
    PENSTOCK_TRY(bool more, Fill());
    if (!more) break;
  }
  if (!window().starts_with(first)) return Malformed("it does not begin with its boundary");
  taken_ += first.size();
  while (true) {
    PENSTOCK_TRY(bool last, EndsForm());
    if (last) {
      return Refuse(code::kInvalidArgument, "POST requires exactly one file upload per request.");
    }
    std::string name;
    PENSTOCK_RETURN_IF_ERROR(ReadPartHeaders(name));
    if (name == "file") return {};
    if (form_.fields.size() == kMaxFormFields) return Malformed("it has too many fields");
    std::string value;
    PENSTOCK_RETURN_IF_ERROR(ReadValue(value));
    form_.fields.emplace_back(std::move(name), std::move(value));
  }
}

Result<bool> FormReader::EndsForm() {
  while (window().size() < 2) {
    PENSTOCK_TRY(bool more, Fill());
    if (!more) return Malformed("it is cut off after a boundary");
  }
  if (window().starts_with("--")) return true;
  PENSTOCK_TRY(std::string padding, TakeUntil(kLineEnd, kMaxBoundaryBytes));
  if (!base::Trim(padding).empty()) return Malformed("a boundary line has text behind it");
  return false;
}

Status FormReader::ReadPartHeaders(std::string& name) {
  bool named = false;
  for (size_t bytes = 0; bytes < kMaxHeaderBytes;) {
    PENSTOCK_TRY(std::string line, TakeUntil(kLineEnd, kMaxHeaderBytes - bytes));
    if (line.empty()) return named ? Status() : Malformed("a part has no name");
    bytes += line.size() + kLineEnd.size();
    size_t colon = line.find(':');
    if (colon == std::string::npos) return Malformed("a part has a header without a colon");
    std::string_view field = std::string_view(line).substr(0, colon);
    std::string_view text = base::Trim(std::string_view(line).substr(colon + 1));
    if (base::EqualsIgnoreCase(field, "Content-Type")) form_.file_content_type = text;
    if (!base::EqualsIgnoreCase(field, "Content-Disposition")) continue;
    auto disposition = text::ParseHeaderValue(text);
    const std::string* given = disposition ? disposition->Find("name") : nullptr;
    if (named || given == nullptr || disposition->value != "form-data") {
      return Malformed("a part must have one Content-Disposition: form-data, with a name");
    }
    named = true;
    name = base::ToLower(*given);
    form_.filename = text::FormFilename(*disposition);
  }
  return Malformed("a part's headers do not end");
}

Status FormReader::ReadValue(std::string& value) {
  PENSTOCK_TRY(value, TakeUntil(separator_, kMaxFormBytes - form_bytes_));
  form_bytes_ += value.size();
  // Of fields these say nothing.
  form_.filename.clear();
  form_.file_content_type.clear();
  return {};
}

Result<std::string> FormReader::TakeUntil(std::string_view text, size_t limit) {
  size_t searched = 0;  // of the window, without what could be the beginning of the text
  while (true) {
    size_t found = FindIn(window().substr(searched), text);
    if (found != std::string_view::npos) {
      size_t length = searched + found;
      if (length > limit) return Refuse(code::kMaxPostPreDataLengthExceeded);
      std::string taken(window().substr(0, length));
      taken_ += length + text.size();
      return taken;
    }
    if (window().size() > limit + text.size()) return Refuse(code::kMaxPostPreDataLengthExceeded);
    searched = window().size() - std::min(window().size(), text.size() - 1);
    PENSTOCK_TRY(bool more, Fill());
    if (!more) return Malformed("it is cut off");
  }
}

Result<bool> FormReader::Fill() {
  window_.erase(0, taken_);
  taken_ = 0;
  size_t had = window_.size();
  window_.resize(had + kReadBytes);
  auto count = body_.Read({window_.data() + had, kReadBytes});
  window_.resize(had + (count ? *count : 0));
  PENSTOCK_RETURN_IF_ERROR(count);
  return *count > 0;
}

Result<size_t> FormReader::Read(std::span<char> buffer) {
  while (true) {
    size_t end = FindIn(window(), separator_);
    // What could be the beginning of the separator waits for more.
    size_t ready = end != std::string_view::npos
                       ? end
                       : window().size() - std::min(window().size(), separator_.size() - 1);
    if (ready > 0 || end != std::string_view::npos) {
      size_t count = std::min(ready, buffer.size());
      std::memcpy(buffer.data(), window().data(), count);
      taken_ += count;
      return count;
    }
    PENSTOCK_TRY(bool more, Fill());
    if (!more) return Refuse(code::kIncompleteBody);
  }
}

}  // namespace penstock::s3
