// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <string>

#include "base/encoding.h"
#include "s3/announce.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/operations/delete_outcome.h"
#include "s3/operations/object_lock.h"
#include "s3/operations/operations.h"
#include "s3/preconditions.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

Result<store::DeleteTarget> TargetOf(Call& call) {
  store::DeleteTarget target;
  target.key = call.key();
  target.version_id = VersionIdOf(call.query);
  target.bypass_governance = BypassesGovernance(call, call.key());
  if (const std::string* tag = call.headers().Find("if-match")) target.if_match = Unquote(*tag);
  if (const std::string* size = call.headers().Find("x-amz-if-match-size")) {
    PENSTOCK_TRY(target.if_size, ParseSizeCondition(*size));
  }
  if (const std::string* time = call.headers().Find("x-amz-if-match-last-modified-time")) {
    PENSTOCK_TRY(target.if_modified_at, ParseTimeCondition(*time));
  }
  return target;
}

}  // namespace

Status DeleteObject(Call& call) {
  PENSTOCK_TRY(store::DeleteTarget target, TargetOf(call));
  PENSTOCK_TRY(auto outcomes, call.store.DeleteObjects(call.bucket(), {target}));
  const store::DeleteOutcome& outcome = outcomes.front();
  if (!Succeeded(outcome)) return outcome.status;
  AnnounceDeletion(call, target, outcome);
  net::Headers headers;
  if (outcome.delete_marker) headers.Add("x-amz-delete-marker", "true");
  if (!outcome.version_id.empty()) headers.Add("x-amz-version-id", outcome.version_id);
  return SendEmpty(call, 204, headers);
}

}  // namespace penstock::s3
