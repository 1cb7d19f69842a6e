// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "kfp/backend.h"
#include "text/json.h"

namespace penstock::kfp {

// Creates and starts the run that the body of a POST describes.
base::Result<metadata::Run> CreateRun(Backend& backend, const text::Json& body);

}  // namespace penstock::kfp
