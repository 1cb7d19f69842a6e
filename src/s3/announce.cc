// SPDX-License-Identifier: Apache-2.0
#include "s3/announce.h"

#include <memory>
#include <utility>

#include "events/notifier.h"
#include "s3/access/owners.h"

namespace penstock::s3 {
namespace {

std::string WithoutPort(std::string_view peer) {
  return std::string(peer.substr(0, peer.rfind(':')));
}

// What all events of a call have in common. `bucket` may be null: it is gone.
events::Event EventOf(const Call& call, std::string_view name, const store::BucketInfo* bucket) {
  events::Event event;
  event.name = name;
  event.time = call.clock.Now();
  event.region = call.options.region;
  event.bucket = call.bucket();
  if (bucket != nullptr) event.bucket_owner = CanonicalId(bucket->owner);
  if (call.identity.principal != nullptr) event.user = call.identity.principal->canonical_id;
  event.source = WithoutPort(call.request.peer);
  event.user_agent = call.headers().GetOr("user-agent", "");
  event.request_id = call.request.id;
  return event;
}

// Lets `fill` complete the event, where anybody wants it.
template <typename Fill>
void AnnounceWith(const Call& call, std::string_view name, Fill fill) {
  events::Notifier* notifier = call.options.notifier;
  if (notifier == nullptr) return;
  auto found = call.store.GetBucket(call.bucket());
  std::shared_ptr<const store::BucketInfo> bucket = found ? *found : nullptr;
  events::BucketRules rules{call.bucket()};
  if (bucket != nullptr) {
    rules.revision = bucket->revision;
    rules.document = bucket->FindSetting(store::setting::kNotification);
  }
  if (!notifier->IsWanted(rules)) return;
  events::Event event = EventOf(call, name, bucket.get());
  fill(event);
  notifier->Announce(std::move(event), rules);
}

}  // namespace

void Announce(const Call& call, std::string_view event_name, const store::ObjectInfo& info) {
  AnnounceWith(call, event_name, [&](events::Event& event) {
    event.key = call.key();
    event.version_id = info.version_id;
    event.etag = info.etag;
    event.size = info.size;
    event.content_type = info.metadata.content_type;
  });
}

void AnnounceKey(const Call& call, std::string_view event_name, std::string_view key,
                 std::string_view version_id) {
  AnnounceWith(call, event_name, [&](events::Event& event) {
    event.key = key;
    event.version_id = version_id;
  });
}

void AnnounceDeletion(const Call& call, const store::DeleteTarget& target,
                      const store::DeleteOutcome& outcome) {
  if (!outcome.status) return;
  // Where a version was named, a marker is what was removed.
  bool marker_made = outcome.delete_marker && target.version_id.empty();
  AnnounceKey(call,
              marker_made ? "s3:ObjectRemoved:DeleteMarkerCreated" : "s3:ObjectRemoved:Delete",
              target.key, outcome.version_id);
}

}  // namespace penstock::s3
