// SPDX-License-Identifier: Apache-2.0
#include "store/lifecycle_scanner.h"

#include <algorithm>
#include <utility>

#include "store/version_walk.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Duration;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::string_view kPlaceDocument = "lifecycle-place";
// Often enough that little is looked at twice, seldom enough to cost nothing.
constexpr Duration kBetweenSaves = std::chrono::minutes(1);
constexpr size_t kPageEntries = 1000;

// What to look at first where the pass before this one ended at `after_key`: nothing of prefixes
// that lie before it.
bool LiesBefore(const std::string& prefix, std::string_view after_key) {
  return prefix < after_key && !after_key.starts_with(prefix);
}

}  // namespace

LifecycleScanner::LifecycleScanner(const LifecycleOptions& options, Parser parse,
                                   ObjectStore& store, const base::Clock& clock,
                                   base::Logger& logger)
    : options_(options), parse_(std::move(parse)), store_(store), clock_(clock), logger_(logger) {}

LifecycleScanner::~LifecycleScanner() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LifecycleScanner::Start() {
  thread_ = std::thread([this] { Run(); });
}

bool LifecycleScanner::Pause(Duration duration) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, duration, [&] { return stop_; });
}

void LifecycleScanner::Run() {
  // Not at once: whoever starts a server has other things for it to do.
  if (!Pause(options_.between_passes / 60)) return;
  while (true) {
    auto tally = RunPass();
    if (!tally && tally.error().code() == Code::kCancelled) return;
    if (!tally) {
      logger_.Warning("lifecycle pass failed", {{"error", tally.error().message()}});
    } else if (tally->removed + tally->aborted > 0) {
      logger_.Info("lifecycle pass done", {{"seen", tally->seen},
                                           {"removed", tally->removed},
                                           {"aborted_uploads", tally->aborted}});
    }
    if (!Pause(options_.between_passes)) return;
  }
}

Result<LifecycleTally> LifecycleScanner::RunPass() {
  LifecycleTally tally;
  PENSTOCK_TRY(Place place, LoadPlace());
  auto scan = [&](const std::string& bucket, std::string_view after_key) -> Status {
    Status scanned = ScanBucket(bucket, after_key, tally);
    if (scanned || scanned.error().code() == Code::kCancelled) return scanned;
    // Deleted meanwhile, most likely.
    if (scanned.error().reason() == reason::kNoSuchBucket) return {};
    logger_.Warning("lifecycle of a bucket failed",
                    {{"bucket", bucket}, {"error", scanned.error().message()}});
    return {};
  };
  if (!place.bucket.empty()) PENSTOCK_RETURN_IF_ERROR(scan(place.bucket, place.key));
  ListBucketsOptions page_options;
  page_options.start_after = place.bucket;
  for (bool more = true; more;) {
    PENSTOCK_TRY(BucketPage page, store_.ListBuckets(page_options));
    for (const BucketSummary& bucket : page.buckets) {
      PENSTOCK_RETURN_IF_ERROR(scan(bucket.name, ""));
      page_options.start_after = bucket.name;
    }
    more = page.truncated && !page.buckets.empty();
  }
  PENSTOCK_RETURN_IF_ERROR(ForgetPlace());
  return tally;
}

Status LifecycleScanner::ScanBucket(const std::string& bucket, std::string_view after_key,
                                    LifecycleTally& tally) {
  PENSTOCK_TRY(auto info, store_.GetBucket(bucket));
  const std::string* document = info->FindSetting(setting::kLifecycle);
  if (document == nullptr) return {};
  PENSTOCK_TRY(LifecycleRules rules, parse_(*document));
  for (const std::string& prefix : PrefixesOf(rules)) {
    if (LiesBefore(prefix, after_key)) continue;
    std::string after = after_key.starts_with(prefix) ? std::string(after_key) : std::string();
    PENSTOCK_RETURN_IF_ERROR(ScanVersions(bucket, rules, prefix, std::move(after), tally));
    PENSTOCK_RETURN_IF_ERROR(ScanUploads(bucket, rules, prefix, tally));
  }
  return {};
}

Status LifecycleScanner::ScanVersions(const std::string& bucket, const LifecycleRules& rules,
                                      const std::string& prefix, std::string after_key,
                                      LifecycleTally& tally) {
  std::vector<DeleteTarget> targets;
  std::string last_key;  // every version of the keys before it has been decided on
  VersionWalk walk([&](const ObjectInfo& version, const VersionPlace& place) {
    ++tally.seen;
    if (version.key != last_key) {
      if (!last_key.empty()) after_key = last_key;
      last_key = version.key;
    }
    LifecycleAction action = DecideVersion(rules, options_.day, version, place, clock_.Now());
    if (action == LifecycleAction::kKeep) return;
    DeleteTarget target;
    target.key = version.key;
    if (action == LifecycleAction::kRemove) {
      target.version_id = version.version_id.empty() ? kNullVersion : version.version_id;
    } else {
      // Not what a client has put in its place since the listing.
      target.if_modified_at = version.modified_at;
    }
    targets.push_back(std::move(target));
  });

  ListVersionsOptions listing;
  listing.prefix = prefix;
  listing.key_marker = after_key;
  listing.max_entries = kPageEntries;
  for (bool more = true; more;) {
    PENSTOCK_TRY(VersionsPage page, store_.ListVersions(bucket, listing));
    size_t entries = page.versions.size();
    for (ObjectInfo& version : page.versions) walk.Add(std::move(version));
    more = page.truncated;
    if (!more) walk.End();
    listing.key_marker = std::move(page.next_key_marker);
    listing.version_marker = std::move(page.next_version_marker);
    PENSTOCK_RETURN_IF_ERROR(Remove(bucket, targets, tally));
    Status paced = Pace(entries);
    if (more && (!paced || clock_.Now() - place_saved_at_ >= kBetweenSaves)) {
      PENSTOCK_RETURN_IF_ERROR(SavePlace({bucket, after_key}));
    }
    PENSTOCK_RETURN_IF_ERROR(paced);
  }
  return {};
}

Status LifecycleScanner::ScanUploads(const std::string& bucket, const LifecycleRules& rules,
                                     const std::string& prefix, LifecycleTally& tally) {
  bool wanted = std::any_of(rules.begin(), rules.end(), [](const LifecycleRule& rule) {
    return rule.enabled && rule.abort_upload_after_days;
  });
  std::string after_key;
  std::string after_id;
  for (bool more = wanted; more;) {
    PENSTOCK_TRY(auto page, store_.ListUploads(bucket, prefix, after_key, after_id, kPageEntries));
    for (const UploadInfo& upload : page) {
      ++tally.seen;
      after_key = upload.key;
      after_id = upload.upload_id;
      auto expiry = UploadExpiryOf(rules, options_.day, upload.key, upload.started_at);
      if (!expiry || expiry->at > clock_.Now()) continue;
      Status aborted = store_.AbortUpload(bucket, upload.key, upload.upload_id);
      // Completed or aborted meanwhile is as good.
      if (!aborted && aborted.error().reason() != reason::kNoSuchUpload) return aborted;
      if (aborted) ++tally.aborted;
    }
    more = page.size() == kPageEntries;
    PENSTOCK_RETURN_IF_ERROR(Pace(page.size()));
  }
  return {};
}

Status LifecycleScanner::Remove(const std::string& bucket, std::vector<DeleteTarget>& targets,
                                LifecycleTally& tally) {
  if (targets.empty()) return {};
  PENSTOCK_TRY(auto outcomes, store_.DeleteObjects(bucket, targets));
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const Status& status = outcomes[i].status;
    if (status) {
      ++tally.removed;
      if (options_.removed) options_.removed(bucket, targets[i], outcomes[i]);
      continue;
    }
    // Locked, or replaced since the listing: as it should be.
    const auto& why = status.error().reason();
    if (why == reason::kObjectLocked || why == reason::kConditionFailed) continue;
    logger_.Warning(
        "lifecycle could not remove a version",
        {{"bucket", bucket}, {"key", targets[i].key}, {"error", status.error().message()}});
  }
  targets.clear();
  return {};
}

Status LifecycleScanner::Pace(size_t entries) {
  Duration pause = Duration(std::chrono::seconds(1)) * static_cast<int64_t>(entries) /
                   static_cast<int64_t>(std::max<uint64_t>(options_.entries_per_second, 1));
  if (Pause(pause)) return {};
  return Fail(Code::kCancelled, "the lifecycle scanner is stopping");
}

// "<bucket>/<key>": no bucket has a slash in its name.
Result<LifecycleScanner::Place> LifecycleScanner::LoadPlace() {
  place_saved_at_ = clock_.Now();
  PENSTOCK_TRY(auto text, store_.GetDocument(kPlaceDocument));
  place_saved_ = text.has_value();
  if (!text) return Place{};
  size_t slash = text->find('/');
  if (slash == std::string::npos) return Place{};
  return Place{text->substr(0, slash), text->substr(slash + 1)};
}

Status LifecycleScanner::SavePlace(const Place& place) {
  PENSTOCK_RETURN_IF_ERROR(store_.PutDocument(kPlaceDocument, place.bucket + "/" + place.key));
  place_saved_ = true;
  place_saved_at_ = clock_.Now();
  return {};
}

Status LifecycleScanner::ForgetPlace() {
  if (!place_saved_) return {};
  place_saved_ = false;
  return store_.DeleteDocument(kPlaceDocument);
}

}  // namespace penstock::store
