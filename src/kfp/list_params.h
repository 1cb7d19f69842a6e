// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "kfp/call.h"
#include "metadata/list_query.h"

namespace penstock::kfp {

// page_token, page_size, sort_by and filter of a list call. What they mean is up to the table; a
// page size that is no number is kInvalidArgument here.
base::Result<metadata::ListQuery> ReadListQuery(const Call& call);

}  // namespace penstock::kfp
