// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "s3/call.h"
#include "store/object_store.h"

namespace penstock::s3 {

// Tells those who are to be notified that the call has done something: webhooks of the bucket's
// rules and live listeners. To be called once it is done, before the answer. Costs next to nothing
// where nobody wants to know.
void Announce(const Call& call, std::string_view event, const store::ObjectInfo& info);
// The same of a key, whose object is not known or gone, or of the bucket where the key is empty.
void AnnounceKey(const Call& call, std::string_view event, std::string_view key,
                 std::string_view version_id = "");

// What a deletion has done, if anything.
void AnnounceDeletion(const Call& call, const store::DeleteTarget& target,
                      const store::DeleteOutcome& outcome);

// Who has done something outside of S3 requests: somebody by the admin API, or the server itself.
struct EventActor {
  std::string user;        // canonical id; empty for the server
  std::string source;      // address, without the port
  std::string user_agent;  // of the request
  std::string request_id;
};

// Where such things are told.
struct EventOutlet {
  events::Notifier& notifier;
  store::ObjectStore& store;
  const base::Clock& clock;
  std::string_view region;
};

void AnnounceBucket(const EventOutlet& outlet, const EventActor& actor, std::string_view event,
                    std::string_view bucket);
// What a lifecycle rule has removed.
void AnnounceExpiry(const EventOutlet& outlet, std::string_view bucket,
                    const store::DeleteTarget& target, const store::DeleteOutcome& outcome);

// "127.0.0.1" of "127.0.0.1:54321".
std::string WithoutPort(std::string_view peer);

}  // namespace penstock::s3
