// SPDX-License-Identifier: Apache-2.0
#include "s3/announce.h"

#include <memory>
#include <utility>

#include "events/notifier.h"
#include "s3/access/owners.h"

namespace penstock::s3 {
namespace {

EventActor ActorOf(const Call& call) {
  EventActor actor;
  if (call.identity.principal != nullptr) actor.user = call.identity.principal->canonical_id;
  actor.source = WithoutPort(call.request.peer);
  actor.user_agent = call.headers().GetOr("user-agent", "");
  actor.request_id = call.request.id;
  return actor;
}

// Lets `actor` and `fill` complete the event, where anybody wants it. The bucket may be gone.
template <typename Actor, typename Fill>
void AnnounceWith(const EventOutlet& outlet, std::string_view name, std::string_view bucket_name,
                  Actor actor, Fill fill) {
  auto found = outlet.store.GetBucket(bucket_name);
  std::shared_ptr<const store::BucketInfo> bucket = found ? *found : nullptr;
  events::BucketRules rules{bucket_name};
  if (bucket != nullptr) {
    rules.revision = bucket->revision;
    rules.document = bucket->FindSetting(store::setting::kNotification);
  }
  if (!outlet.notifier.IsWanted(rules)) return;
  EventActor who = actor();
  events::Event event;
  event.name = name;
  event.time = outlet.clock.Now();
  event.region = outlet.region;
  event.bucket = bucket_name;
  if (bucket != nullptr) event.bucket_owner = CanonicalId(bucket->owner);
  event.user = std::move(who.user);
  event.source = std::move(who.source);
  event.user_agent = std::move(who.user_agent);
  event.request_id = std::move(who.request_id);
  fill(event);
  outlet.notifier.Announce(std::move(event), rules);
}

template <typename Fill>
void AnnounceOf(const Call& call, std::string_view name, Fill fill) {
  if (call.options.notifier == nullptr) return;
  EventOutlet outlet{*call.options.notifier, call.store, call.clock, call.options.region};
  AnnounceWith(outlet, name, call.bucket(), [&] { return ActorOf(call); }, fill);
}

// Where a version was named, a marker is what was removed.
bool MadeMarker(const store::DeleteTarget& target, const store::DeleteOutcome& outcome) {
  return outcome.delete_marker && target.version_id.empty();
}

}  // namespace

void Announce(const Call& call, std::string_view event_name, const store::ObjectInfo& info) {
  AnnounceOf(call, event_name, [&](events::Event& event) {
    event.key = call.key();
    event.version_id = info.version_id;
    event.etag = info.etag;
    event.size = info.size;
    event.content_type = info.metadata.content_type;
  });
}

void AnnounceKey(const Call& call, std::string_view event_name, std::string_view key,
                 std::string_view version_id) {
  AnnounceOf(call, event_name, [&](events::Event& event) {
    event.key = key;
    event.version_id = version_id;
  });
}

void AnnounceDeletion(const Call& call, const store::DeleteTarget& target,
                      const store::DeleteOutcome& outcome) {
  if (!outcome.status) return;
  AnnounceKey(call,
              MadeMarker(target, outcome) ? "s3:ObjectRemoved:DeleteMarkerCreated"
                                          : "s3:ObjectRemoved:Delete",
              target.key, outcome.version_id);
}

void AnnounceBucket(const EventOutlet& outlet, const EventActor& actor, std::string_view event,
                    std::string_view bucket) {
  AnnounceWith(outlet, event, bucket, [&] { return actor; }, [](events::Event&) {});
}

void AnnounceExpiry(const EventOutlet& outlet, std::string_view bucket,
                    const store::DeleteTarget& target, const store::DeleteOutcome& outcome) {
  if (!outcome.status) return;
  AnnounceWith(
      outlet,
      MadeMarker(target, outcome) ? "s3:LifecycleExpiration:DeleteMarkerCreated"
                                  : "s3:LifecycleExpiration:Delete",
      bucket, [] { return EventActor(); },
      [&](events::Event& event) {
        event.key = target.key;
        event.version_id = outcome.version_id;
      });
}

std::string WithoutPort(std::string_view peer) {
  return std::string(peer.substr(0, peer.rfind(':')));
}

}  // namespace penstock::s3
