// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "iam/access_request.h"
#include "s3/call.h"
#include "s3/tag_set.h"
#include "store/object_store.h"

// Condition values that are in a request's body: operations whose permission may depend on them ask
// for it when they have read it (Service authorization reference, "Condition keys for Amazon S3").
namespace penstock::s3 {

// s3:RequestObjectTag/<key> and s3:RequestObjectTagKeys.
iam::MapContext ConditionsOfTags(const TagList& tags);
// s3:object-lock-mode, -retain-until-date and -remaining-retention-days.
iam::MapContext ConditionsOfRetention(const store::Retention& retention, base::Time now);
// s3:object-lock-legal-hold.
iam::MapContext ConditionsOfLegalHold(bool hold);
// s3:LocationConstraint; empty where the body names none.
iam::MapContext ConditionsOfLocation(std::string_view location);

// AccessDenied where the caller may not do it to the call's bucket or version.
base::Status RequireWithBody(Call& call, std::string_view action, const iam::MapContext& body);

}  // namespace penstock::s3
