// SPDX-License-Identifier: Apache-2.0
#pragma once

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

}  // namespace penstock::s3
