// SPDX-License-Identifier: Apache-2.0
#include "inventory/report_row.h"

#include "base/clock.h"
#include "crypto/checksum.h"
#include "text/url.h"

namespace penstock::inventory {
namespace {

using store::EncryptionKind;
using store::ObjectInfo;

std::string_view EncryptionName(EncryptionKind kind) {
  switch (kind) {
    case EncryptionKind::kServerKey:
      return "SSE-S3";
    case EncryptionKind::kNamedKey:
      return "SSE-KMS";
    case EncryptionKind::kCustomerKey:
      return "SSE-C";
    case EncryptionKind::kNone:
      return "NOT-SSE";
  }
  return "NOT-SSE";
}

std::string_view ModeName(store::RetentionMode mode) {
  if (mode == store::RetentionMode::kNone) return "";
  return mode == store::RetentionMode::kCompliance ? "COMPLIANCE" : "GOVERNANCE";
}

std::string FieldOf(const ObjectInfo& version, std::string_view field) {
  if (field == "LastModifiedDate") return base::FormatIso8601Millis(version.modified_at);
  if (field == "ObjectOwner") return version.attributes.owner;
  if (version.delete_marker) return "";
  const store::Retention& retention = version.attributes.retention;
  bool retained = retention.mode != store::RetentionMode::kNone;
  if (field == "Size") return std::to_string(version.size);
  if (field == "StorageClass") return "STANDARD";
  if (field == "ETag") return version.etag;
  if (field == "IsMultipartUploaded") {
    return version.etag.find('-') == std::string::npos ? "false" : "true";
  }
  if (field == "EncryptionStatus") return std::string(EncryptionName(version.encryption.kind));
  if (field == "ObjectLockRetainUntilDate") {
    return retained ? base::FormatIso8601Millis(retention.until) : "";
  }
  if (field == "ObjectLockMode") return std::string(ModeName(retention.mode));
  if (field == "ObjectLockLegalHoldStatus") return version.attributes.legal_hold ? "On" : "Off";
  if (field == "ChecksumAlgorithm" && !version.checksums.empty()) {
    return std::string(ChecksumName(version.checksums.front().kind));
  }
  return "";
}

void AddCell(std::string& row, std::string_view cell) {
  if (!row.empty()) row += ',';
  row += '"';
  for (char c : cell) row.append(c == '"' ? 2 : 1, c);
  row += '"';
}

}  // namespace

std::string ReportSchema(const InventoryRule& rule) {
  std::string schema = "Bucket, Key";
  if (rule.all_versions) schema += ", VersionId, IsLatest, IsDeleteMarker";
  for (const std::string& field : rule.fields) schema += ", " + field;
  return schema;
}

std::string ReportRow(std::string_view bucket, const ObjectInfo& version,
                      const InventoryRule& rule) {
  std::string row;
  AddCell(row, bucket);
  AddCell(row, text::PercentEncode(version.key));
  if (rule.all_versions) {
    AddCell(row, version.version_id == store::kNullVersion ? "" : version.version_id);
    AddCell(row, version.is_latest ? "true" : "false");
    AddCell(row, version.delete_marker ? "true" : "false");
  }
  for (const std::string& field : rule.fields) AddCell(row, FieldOf(version, field));
  return row + "\n";
}

}  // namespace penstock::inventory
