// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "s3/announce.h"
#include "s3/checksum_names.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/object_headers.h"
#include "s3/operations/operations.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr int kMaxParts = 1000;

// x-amz-object-attributes: names in one list or in several fields.
Result<std::set<std::string, std::less<>>> WantedAttributes(const net::Headers& headers) {
  constexpr std::string_view kKnown[] = {"ETag", "Checksum", "ObjectParts", "StorageClass",
                                         "ObjectSize"};
  std::set<std::string, std::less<>> wanted;
  for (const auto& [header, value] : headers.items()) {
    if (!base::EqualsIgnoreCase(header, "x-amz-object-attributes")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      size_t end = std::min(rest.find(','), rest.size());
      std::string_view name = base::Trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (std::find(std::begin(kKnown), std::end(kKnown), name) == std::end(kKnown)) {
        return Refuse(code::kInvalidArgument, "Invalid attribute name specified.");
      }
      wanted.emplace(name);
    }
  }
  if (!wanted.empty()) return wanted;
  return Refuse(code::kInvalidRequest,
                "The x-amz-object-attributes header specifying the attributes to be retrieved is "
                "either missing or empty");
}

// A number in a header, from 0; larger ones than `most` count as `most`.
Result<int> NumberHeader(const net::Headers& headers, std::string_view name, int fallback,
                         int most) {
  const std::string* text = headers.Find(name);
  if (text == nullptr) return fallback;
  int number = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc() && end == text->data() + text->size() && number >= 0) {
    return std::min(number, most);
  }
  return Refuse(code::kInvalidArgument, std::string(name) + " must be a number from 0 on");
}

Status WriteParts(Call& call, const store::ObjectInfo& info, text::XmlWriter& xml) {
  PENSTOCK_TRY(int most, NumberHeader(call.headers(), "x-amz-max-parts", kMaxParts, kMaxParts));
  PENSTOCK_TRY(int marker,
               NumberHeader(call.headers(), "x-amz-part-number-marker", 0, store::kMaxPartNumber));
  PENSTOCK_TRY(auto parts, call.store.GetObjectParts(call.bucket(), call.key(), info.version_id));
  auto begin = std::min(static_cast<size_t>(marker), parts.size());
  auto end = std::min(begin + static_cast<size_t>(most), parts.size());
  xml.Open("ObjectParts").Number("PartsCount", parts.size());
  xml.Number("PartNumberMarker", static_cast<uint64_t>(marker));
  xml.Number("NextPartNumberMarker", end > begin ? end : static_cast<uint64_t>(marker));
  xml.Number("MaxParts", static_cast<uint64_t>(most)).Bool("IsTruncated", end < parts.size());
  for (size_t i = begin; i < end; ++i) {
    // Parts are counted as they make up the object, whatever numbers they were uploaded under.
    xml.Open("Part").Number("PartNumber", i + 1).Number("Size", parts[i].size);
    WriteChecksums(parts[i].checksums, /*with_type=*/false, xml);
    xml.Close();
  }
  xml.Close();
  return {};
}

// Sizes and checksums are told to whoever has the key, like the bytes.
Status CheckCustomerKey(Call& call, store::ObjectInfo& info) {
  store::ReadOptions options;
  options.version_id = info.version_id;
  PENSTOCK_TRY(options.customer_key, ParseCustomerKey(call.request));
  bool customers = info.encryption.kind == store::EncryptionKind::kCustomerKey;
  if (!customers && options.customer_key.empty()) return {};
  PENSTOCK_TRY(auto reader, call.store.OpenObject(call.bucket(), call.key(), options));
  info.encryption = reader->info().encryption;
  return {};
}

}  // namespace

Status GetObjectAttributes(Call& call) {
  PENSTOCK_TRY(auto wanted, WantedAttributes(call.headers()));
  PENSTOCK_TRY(store::ObjectInfo info, FindVersion(call));
  PENSTOCK_RETURN_IF_ERROR(CheckCustomerKey(call, info));
  text::XmlWriter xml;
  xml.Open("GetObjectAttributesResponse", kXmlns);
  if (wanted.contains("ETag")) xml.Text("ETag", info.etag);
  if (wanted.contains("Checksum") && !info.checksums.empty()) {
    xml.Open("Checksum");
    WriteChecksums(info.checksums, /*with_type=*/true, xml);
    xml.Close();
  }
  if (wanted.contains("ObjectParts") && !info.part_sizes.empty()) {
    PENSTOCK_RETURN_IF_ERROR(WriteParts(call, info, xml));
  }
  if (wanted.contains("StorageClass")) xml.Text("StorageClass", StorageClassOf(info.metadata));
  if (wanted.contains("ObjectSize")) xml.Number("ObjectSize", info.size);
  net::Headers headers;
  headers.Add("Last-Modified", base::FormatHttpDate(info.modified_at));
  if (!info.version_id.empty()) headers.Add("x-amz-version-id", info.version_id);
  AddEncryptionHeaders(info.encryption, headers);
  Announce(call, "s3:ObjectAccessed:Attributes", info);
  return SendXml(call, xml, std::move(headers));
}

}  // namespace penstock::s3
