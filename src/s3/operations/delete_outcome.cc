// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/delete_outcome.h"

#include "store/object_store.h"

namespace penstock::s3 {

bool Succeeded(const store::DeleteOutcome& outcome) {
  if (outcome.status) return true;
  const std::string& reason = outcome.status.error().reason();
  return reason == store::reason::kNoSuchKey || reason == store::reason::kNoSuchVersion;
}

}  // namespace penstock::s3
