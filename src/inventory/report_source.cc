// SPDX-License-Identifier: Apache-2.0
#include "inventory/report_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "inventory/report_row.h"

namespace penstock::inventory {

constexpr size_t kPage = 1000;

ReportSource::ReportSource(store::ObjectStore& store, std::string bucket, const InventoryRule& rule,
                           WalkPlace& place, uint64_t max_rows, std::function<bool()> stopped)
    : store_(store),
      bucket_(std::move(bucket)),
      rule_(rule),
      place_(place),
      max_rows_(max_rows),
      stopped_(std::move(stopped)) {}

base::Result<size_t> ReportSource::Read(std::span<char> buffer) {
  while (taken_ == packed_.size()) {
    packed_.clear();
    taken_ = 0;
    if (finished_) return 0;
    if (stopped_()) return base::Fail(base::Code::kCancelled, "the server stops");
    if (place_.done || rows_ >= max_rows_) {
      gzip_.Finish(packed_);
      finished_ = true;
    } else {
      PENSTOCK_RETURN_IF_ERROR(ReadPage());
    }
    md5_.Update(packed_);
    packed_bytes_ += packed_.size();
  }
  size_t count = std::min(buffer.size(), packed_.size() - taken_);
  std::memcpy(buffer.data(), packed_.data() + taken_, count);
  taken_ += count;
  return count;
}

base::Status ReportSource::ReadPage() {
  store::ListVersionsOptions options;
  options.prefix = rule_.prefix;
  options.key_marker = place_.key;
  options.version_marker = place_.version;
  options.max_entries = static_cast<size_t>(std::min<uint64_t>(kPage, max_rows_ - rows_));
  PENSTOCK_TRY(store::VersionsPage page, store_.ListVersions(bucket_, options));
  std::string text;
  for (const store::ObjectInfo& version : page.versions) {
    if (!rule_.all_versions && (!version.is_latest || version.delete_marker)) continue;
    text += ReportRow(bucket_, version, rule_);
    ++rows_;
  }
  place_ = {page.next_key_marker, page.next_version_marker, !page.truncated};
  gzip_.Add(text, packed_);
  return {};
}

}  // namespace penstock::inventory
