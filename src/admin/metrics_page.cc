// SPDX-License-Identifier: Apache-2.0
#include "admin/metrics_page.h"

#include <vector>

#include "admin/request_logs.h"
#include "admin/request_metrics.h"
#include "base/encoding.h"
#include "base/metrics.h"
#include "net/local_peer.h"
#include "store/drive_admin.h"
#include "sys/process_usage.h"

namespace penstock::admin {
namespace {

constexpr size_t kMaxBuckets = 1000;
constexpr std::string_view kBearer = "Bearer ";

void WriteServer(const Services& services, base::MetricsWriter& writer) {
  const ServerFacts& facts = services.facts;
  writer.Family("penstock_build_info", "gauge", "Always 1; the labels say what runs.");
  writer.Value(int64_t{1}, {{"version", facts.version}, {"commit", facts.commit}});
  writer.Family("process_start_time_seconds", "gauge", "When the server started.");
  writer.Value(static_cast<double>(base::ToMicros(facts.started_at)) * 1e-6);
  sys::ProcessUsage usage = sys::ReadProcessUsage();
  writer.Family("process_cpu_seconds_total", "counter", "User and system time.");
  writer.Value(usage.cpu_seconds);
  writer.Family("process_resident_memory_bytes", "gauge", "Resident memory.");
  writer.Value(usage.resident_bytes);
  writer.Family("process_virtual_memory_bytes", "gauge", "Virtual memory.");
  writer.Value(usage.virtual_bytes);
  writer.Family("process_open_fds", "gauge", "Open file descriptors.");
  writer.Value(usage.open_descriptors);
  writer.Family("process_max_fds", "gauge", "File descriptors that may be open.");
  writer.Value(usage.most_descriptors);
  writer.Family("process_threads", "gauge", "Threads.");
  writer.Value(usage.threads);
}

struct NamedUsage {
  std::string bucket;
  store::BucketUsage usage;
};

std::vector<NamedUsage> UsageOfBuckets(const Services& services) {
  std::vector<NamedUsage> usages;
  store::ListBucketsOptions options;
  options.max_buckets = kMaxBuckets;
  auto page = services.store.ListBuckets(options);
  if (!page) return usages;
  for (const store::BucketSummary& bucket : page->buckets) {
    auto usage = services.store.GetUsage(bucket.name);  // it may be gone by now
    if (usage) usages.push_back({bucket.name, *usage});
  }
  return usages;
}

void WriteBuckets(const Services& services, base::MetricsWriter& writer) {
  std::vector<NamedUsage> usages = UsageOfBuckets(services);
  auto family = [&](std::string_view name, std::string_view help,
                    uint64_t store::BucketUsage::* of) {
    writer.Family(name, "gauge", help);
    for (const NamedUsage& named : usages) {
      writer.Value(named.usage.*of, {{"bucket", named.bucket}});
    }
  };
  family("penstock_bucket_objects", "Keys with a current version.", &store::BucketUsage::objects);
  family("penstock_bucket_versions", "All versions.", &store::BucketUsage::versions);
  family("penstock_bucket_delete_markers", "Delete markers.", &store::BucketUsage::delete_markers);
  family("penstock_bucket_bytes", "Bytes of all versions.", &store::BucketUsage::bytes);
}

void WriteDrives(const Services& services, base::MetricsWriter& writer) {
  store::DrivesStatus status = services.store.drives().Describe();
  auto family = [&](std::string_view name, std::string_view type, std::string_view help,
                    auto value_of) {
    writer.Family(name, type, help);
    for (const store::DriveStatus& drive : status.drives) {
      std::string position = std::to_string(drive.position);
      writer.Value(value_of(drive), {{"position", position}});
    }
  };
  using Drive = store::DriveStatus;
  family("penstock_drive_in_sync", "gauge", "1 where the drive has all that was acknowledged.",
         [](const Drive& d) { return int64_t{d.state == store::DriveState::kInSync}; });
  family("penstock_drive_total_bytes", "gauge", "Size of the drive.",
         [](const Drive& d) { return d.total_bytes; });
  family("penstock_drive_available_bytes", "gauge", "Room left on the drive.",
         [](const Drive& d) { return d.available_bytes; });
  family("penstock_drive_errors_total", "counter", "Failed reads and writes.",
         [](const Drive& d) { return d.read_errors + d.write_errors; });
  family("penstock_drive_damaged_blocks_total", "counter", "Blocks whose checksum was wrong.",
         [](const Drive& d) { return d.damaged_blocks; });
  family("penstock_drive_shards_healed_total", "counter", "Shards put back on the drive.",
         [](const Drive& d) { return d.shards_healed; });
  writer.Family("penstock_store_writable", "gauge", "1 where enough drives are in sync to write.");
  writer.Value(int64_t{status.writable});
  writer.Family("penstock_heal_files_queued", "gauge", "Files known to miss something.");
  writer.Value(status.heal.files_queued);
  writer.Family("penstock_heal_progress", "gauge", "Of the running scan, 0 to 1.");
  writer.Value(status.heal.progress);
  writer.Family("penstock_heal_files_beyond_repair_total", "counter",
                "Files with too few good shards.");
  writer.Value(status.heal.files_beyond_repair);
}

void WriteIndexes(const Services& services, base::MetricsWriter& writer) {
  store::DrivesStatus status = services.store.drives().Describe();
  auto family = [&](std::string_view name, std::string_view help, auto value_of) {
    writer.Family(name, "gauge", help);
    for (const store::DriveStatus& drive : status.drives) {
      if (!drive.index) continue;
      writer.Value(value_of(*drive.index), {{"position", std::to_string(drive.position)}});
    }
  };
  using Index = store::IndexStatistics;
  family("penstock_index_rows", "Rows of the index, about.", [](const Index& i) { return i.rows; });
  family("penstock_index_file_bytes", "Files of the index.",
         [](const Index& i) { return i.file_bytes; });
  family("penstock_index_memory_bytes", "Rows that are not in files yet.",
         [](const Index& i) { return i.memory_bytes; });
  family("penstock_index_cache_bytes", "What is kept of the files in memory.",
         [](const Index& i) { return i.cache_bytes; });
  family("penstock_index_pending_compaction_bytes", "What compactions have yet to rewrite, about.",
         [](const Index& i) { return i.pending_compaction_bytes; });
  family("penstock_index_running_compactions", "Compactions at work.",
         [](const Index& i) { return i.running_compactions; });
  family("penstock_index_writes_stopped", "1 while writes wait for compactions.",
         [](const Index& i) { return int64_t{i.writes_stopped}; });
}

void WriteWebhooks(const Services& services, base::MetricsWriter& writer) {
  auto family = [&](std::string_view name, std::string_view type, std::string_view help,
                    auto value_of) {
    writer.Family(name, type, help);
    for (const auto& webhook : services.notifier.webhooks()) {
      writer.Value(value_of(*webhook), {{"webhook", webhook->name()}});
    }
  };
  using Webhook = events::Webhook;
  family("penstock_webhook_delivered_total", "counter", "Events that were taken.",
         [](const Webhook& w) { return w.delivered(); });
  family("penstock_webhook_failed_attempts_total", "counter", "Attempts that failed.",
         [](const Webhook& w) { return w.failed(); });
  family("penstock_webhook_lost_total", "counter", "Events given up, or for which was no room.",
         [](const Webhook& w) { return w.lost(); });
  family("penstock_webhook_waiting_bytes", "gauge", "Events that wait to be delivered.",
         [](const Webhook& w) { return w.waiting_bytes(); });
}

}  // namespace

bool MaySeeMetrics(const net::Request& request, const MetricsAccess& access) {
  const net::RequestHead& head = request.head;
  if (head.path != "/metrics" && head.path != "/minio/v2/metrics/cluster") return false;
  if ((head.method != "GET" && head.method != "HEAD") || !head.query.empty()) return false;
  const std::string* authorization = head.headers.Find("authorization");
  if (authorization == nullptr) return net::CameFromThisMachine(request);
  return !access.token.empty() && authorization->starts_with(kBearer) &&
         base::ConstantTimeEquals(authorization->substr(kBearer.size()), access.token);
}

std::string MetricsText(const Services& services) {
  base::MetricsWriter writer;
  WriteServer(services, writer);
  services.request_metrics.Write(writer);
  WriteBuckets(services, writer);
  WriteDrives(services, writer);
  WriteIndexes(services, writer);
  services.logs.Write(writer);
  WriteWebhooks(services, writer);
  return writer.Take();
}

}  // namespace penstock::admin
