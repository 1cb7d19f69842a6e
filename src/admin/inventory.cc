// SPDX-License-Identifier: Apache-2.0

#include "admin/operations.h"
#include "base/encoding.h"
#include "s3/checksum_names.h"
#include "store/object_store.h"

namespace penstock::admin {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using store::ObjectInfo;

constexpr size_t kMaxPage = 1000;

struct Wanted {
  bool current_only = false;
  bool tags = false;
  bool checksums = false;
  bool metadata = false;
};

std::string_view ModeName(store::RetentionMode mode) {
  return mode == store::RetentionMode::kCompliance ? "COMPLIANCE" : "GOVERNANCE";
}

std::string_view EncryptionName(store::EncryptionKind kind) {
  switch (kind) {
    case store::EncryptionKind::kServerKey:
      return "SSE-S3";
    case store::EncryptionKind::kNamedKey:
      return "SSE-KMS";
    case store::EncryptionKind::kCustomerKey:
      return "SSE-C";
    case store::EncryptionKind::kNone:
      return "NOT-SSE";
  }
  return "NOT-SSE";
}

text::Json MapOf(const std::map<std::string, std::string>& values) {
  text::Json json{text::Json::Object{}};
  for (const auto& [name, value] : values) json[name] = value;
  return json;
}

text::Json ChecksumsOf(const ObjectInfo& version) {
  text::Json list{text::Json::Array{}};
  for (const store::ObjectChecksum& checksum : version.checksums) {
    text::Json entry;
    constexpr std::string_view kPrefix = "Checksum";
    entry["algorithm"] = s3::ChecksumElement(checksum.kind).substr(kPrefix.size());
    entry["value"] = checksum.value;
    entry["type"] = checksum.composite ? "COMPOSITE" : "FULL_OBJECT";
    list.Append(std::move(entry));
  }
  return list;
}

text::Json Describe(const ObjectInfo& version, const Wanted& wanted) {
  text::Json entry;
  entry["key"] = version.key;
  entry["version_id"] = version.version_id;
  entry["is_latest"] = version.is_latest;
  entry["delete_marker"] = version.delete_marker;
  entry["last_modified"] = base::FormatRfc3339(version.modified_at);
  entry["owner"] = version.attributes.owner;
  if (version.delete_marker) return entry;
  entry["size"] = static_cast<int64_t>(version.size);
  entry["etag"] = version.etag;
  entry["storage_class"] = "STANDARD";
  const store::Retention& retention = version.attributes.retention;
  if (retention.mode != store::RetentionMode::kNone) {
    entry["lock_mode"] = ModeName(retention.mode);
    entry["retain_until"] = base::FormatRfc3339(retention.until);
  }
  entry["legal_hold"] = version.attributes.legal_hold;
  entry["encryption"] = EncryptionName(version.encryption.kind);
  if (!version.encryption.key_name.empty()) {
    entry["encryption_key"] = version.encryption.key_name;
  }
  if (wanted.tags) entry["tags"] = MapOf(version.attributes.tags);
  if (wanted.checksums) entry["checksums"] = ChecksumsOf(version);
  if (wanted.metadata) {
    entry["content_type"] = version.metadata.content_type;
    entry["metadata"] = MapOf(version.metadata.user);
  }
  return entry;
}

Result<Wanted> ReadWanted(const text::Query& query) {
  Wanted wanted;
  wanted.current_only = query.GetOr("current", "") == "true";
  for (const auto& [name, field] : query.items()) {
    if (name != "with") continue;
    if (field == "tags") {
      wanted.tags = true;
    } else if (field == "checksums") {
      wanted.checksums = true;
    } else if (field == "metadata") {
      wanted.metadata = true;
    } else {
      return Fail(Code::kInvalidArgument,
                  "'with' takes tags, checksums and metadata, not '" + field + "'");
    }
  }
  return wanted;
}

}  // namespace

// A page of all versions and delete markers; what follows the last entry is asked for with its key
// and version as `after_key` and `after_version`.
Result<text::Json> ListInventory(Call& call) {
  PENSTOCK_TRY(Wanted wanted, ReadWanted(call.query));
  store::ListVersionsOptions options;
  options.prefix = call.query.GetOr("prefix", "");
  options.key_marker = call.query.GetOr("after_key", "");
  options.version_marker = call.query.GetOr("after_version", "");
  options.max_entries = kMaxPage;
  PENSTOCK_TRY(store::VersionsPage page,
               call.services.store.ListVersions(call.Param("bucket"), options));
  text::Json answer;
  answer["versions"] = text::Json::Array{};
  answer["truncated"] = page.truncated;
  if (page.truncated) {
    answer["next_key"] = page.next_key_marker;
    answer["next_version"] = page.next_version_marker;
  }
  for (const ObjectInfo& version : page.versions) {
    if (wanted.current_only && (!version.is_latest || version.delete_marker)) continue;
    answer["versions"].Append(Describe(version, wanted));
  }
  return answer;
}

}  // namespace penstock::admin
