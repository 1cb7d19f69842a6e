// SPDX-License-Identifier: Apache-2.0
#include "inventory/write_report.h"

#include "base/encoding.h"
#include "crypto/digest.h"
#include "inventory/report_row.h"
#include "inventory/report_source.h"
#include "text/json.h"

namespace penstock::inventory {
namespace {

using base::Result;
using text::Json;

// "2026-11-23T08-09Z", as AWS names a report's folder.
std::string FolderName(base::Time now) {
  std::string time = base::FormatIso8601Millis(now);
  return time.substr(0, 13) + "-" + time.substr(14, 2) + "Z";
}

store::PutOptions OptionsOf(const InventoryRule& rule, std::string_view type) {
  store::PutOptions options;
  options.metadata.content_type = type;
  options.encryption.kind = rule.encryption;
  options.encryption.key_name = rule.encryption_key;
  return options;
}

base::Status PutText(store::ObjectStore& store, const InventoryRule& rule, const std::string& key,
                     std::string_view type, std::string_view text) {
  base::StringSource source(text);
  PENSTOCK_RETURN_IF_ERROR(store.PutObject(rule.destination, key, source, OptionsOf(rule, type)));
  return {};
}

}  // namespace

Result<std::string> WriteReport(store::ObjectStore& store, const std::string& bucket,
                                const InventoryRule& rule, base::Time now, base::Random& random,
                                const std::function<bool()>& stopped, const ReportLimits& limits) {
  std::string root = rule.destination_prefix;
  if (!root.empty()) root += '/';
  root += bucket + "/" + rule.id + "/";
  Json files{Json::Array{}};
  WalkPlace place;
  while (!place.done) {
    ReportSource source(store, bucket, rule, place, limits.rows_per_file, stopped);
    std::string key = root + "data/" + random.Uuid() + ".csv.gz";
    PENSTOCK_RETURN_IF_ERROR(
        store.PutObject(rule.destination, key, source, OptionsOf(rule, "application/gzip")));
    Json file;
    file["key"] = key;
    file["size"] = static_cast<int64_t>(source.packed_bytes());
    file["MD5checksum"] = base::HexEncode(source.TakeMd5());
    files.Append(std::move(file));
  }
  Json manifest;
  manifest["sourceBucket"] = bucket;
  manifest["destinationBucket"] = "arn:aws:s3:::" + rule.destination;
  manifest["version"] = "2016-11-30";
  manifest["creationTimestamp"] = std::to_string(base::ToMicros(now) / 1000);
  manifest["fileFormat"] = "CSV";
  manifest["fileSchema"] = ReportSchema(rule);
  manifest["files"] = std::move(files);
  std::string text = text::FormatJsonPretty(manifest) + "\n";
  std::string folder = root + FolderName(now) + "/";
  PENSTOCK_RETURN_IF_ERROR(PutText(store, rule, folder + "manifest.checksum", "text/plain",
                                   base::HexEncode(crypto::Md5(text))));
  PENSTOCK_RETURN_IF_ERROR(
      PutText(store, rule, folder + "manifest.json", "application/json", text));
  return folder + "manifest.json";
}

}  // namespace penstock::inventory
