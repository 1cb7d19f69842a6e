// SPDX-License-Identifier: Apache-2.0
#include "keys/ring_text.h"

#include <utility>

#include "base/encoding.h"
#include "text/json.h"

namespace penstock::keys {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr int kFormat = 1;

tl::unexpected<base::Error> Damaged(std::string_view what) {
  return Fail(Code::kDataLoss, "the ring of encryption keys is damaged: " + std::string(what));
}

Result<SealedRing::Version> ParseVersion(const text::Json& json) {
  SealedRing::Version version;
  auto created = base::ParseRfc3339(json.StringOr("created", ""));
  auto sealed = base::Base64Decode(json.StringOr("sealed", ""));
  if (!created || !sealed || sealed->empty()) return Damaged("a version without time or key");
  version.created_at = *created;
  version.sealed = std::move(*sealed);
  return version;
}

Result<SealedRing::Key> ParseKey(const text::Json& json) {
  SealedRing::Key key;
  key.name = json.StringOr("name", "");
  key.enabled = json.BoolOr("enabled", true);
  const text::Json* versions = json.Find("versions");
  if (key.name.empty() || versions == nullptr || !versions->is_array() ||
      versions->as_array().empty()) {
    return Damaged("a key without name or versions");
  }
  for (const text::Json& element : versions->as_array()) {
    PENSTOCK_TRY(SealedRing::Version version, ParseVersion(element));
    key.versions.push_back(std::move(version));
  }
  return key;
}

}  // namespace

std::string FormatRing(const SealedRing& ring) {
  text::Json json;
  json["format"] = kFormat;
  json["master"] = ring.master_id;
  json["default"] = ring.default_name;
  json["keys"] = text::Json::Array();
  for (const SealedRing::Key& key : ring.keys) {
    text::Json entry;
    entry["name"] = key.name;
    entry["enabled"] = key.enabled;
    entry["versions"] = text::Json::Array();
    for (const SealedRing::Version& version : key.versions) {
      text::Json element;
      element["created"] = base::FormatRfc3339(version.created_at);
      element["sealed"] = base::Base64Encode(version.sealed);
      entry["versions"].Append(std::move(element));
    }
    json["keys"].Append(std::move(entry));
  }
  return text::FormatJson(json);
}

Result<SealedRing> ParseRing(std::string_view text) {
  auto json = text::ParseJson(text);
  if (!json) return Damaged(json.error().message());
  int64_t format = json->IntegerOr("format", 0);
  if (format > kFormat) {
    return Fail(Code::kFailedPrecondition,
                "the ring of encryption keys has format " + std::to_string(format) +
                    ", which a newer version of penstock has written: use that one");
  }
  SealedRing ring;
  ring.master_id = json->StringOr("master", "");
  ring.default_name = json->StringOr("default", "");
  const text::Json* keys = json->Find("keys");
  if (format != kFormat || ring.master_id.empty() || keys == nullptr || !keys->is_array()) {
    return Damaged("it has no format, master key or keys");
  }
  for (const text::Json& element : keys->as_array()) {
    PENSTOCK_TRY(SealedRing::Key key, ParseKey(element));
    ring.keys.push_back(std::move(key));
  }
  return ring;
}

}  // namespace penstock::keys
