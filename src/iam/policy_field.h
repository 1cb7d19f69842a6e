// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "text/json.h"

namespace penstock::iam {

// A string, or a number or truth value as text: policies may write "true" without quotes.
base::Result<std::string> ScalarText(const text::Json& value);

// What may be one string or a list of at least one.
base::Result<std::vector<std::string>> StringOrList(const text::Json& value);

}  // namespace penstock::iam
