// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/object_types.h"

namespace penstock::s3 {

// Whether a deletion counts as done: also where there is nothing to delete, whatever was asked of
// it.
bool Succeeded(const store::DeleteOutcome& outcome);

}  // namespace penstock::s3
