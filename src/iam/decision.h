// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "iam/access_request.h"
#include "iam/policy.h"
#include "iam/principal.h"

namespace penstock::iam {

enum class Decision {
  kAllowed,
  kDenied,      // a statement says no; nothing else can allow it
  kNotAllowed,  // nothing says yes
};

// AWS's order ("Policy evaluation logic") for one account: a Deny in any policy wins; then the
// policies of the caller (or being the root, or a task's grant) or that of the resource must allow
// it, and each policy that narrows the caller's session too. Anonymous callers (null) have the
// resource's policy only. The root itself may always read, write and delete a bucket's policy, so
// that nobody is locked out.
//
// `request.context` tells about the request; what is known about the caller is added here.
Decision Decide(const Principal* who, const Policy* resource_policy, const AccessRequest& request);

}  // namespace penstock::iam
