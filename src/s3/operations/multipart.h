// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "s3/call.h"

namespace penstock::s3 {

// ?partNumber of an upload: InvalidArgument outside 1..10000.
base::Result<int> PartNumberOf(const Call& call);

inline std::string UploadIdOf(const Call& call) { return call.query.GetOr("uploadId", ""); }

}  // namespace penstock::s3
