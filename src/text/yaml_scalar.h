// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/json.h"

namespace penstock::text {

// What a plain (unquoted, untagged) scalar stands for, by the rules of PyYAML's SafeLoader: null,
// boolean, integer or float of YAML 1.1, otherwise a string. Timestamps stay strings.
Json ResolvePlainScalar(std::string_view text);

// A scalar with an explicit tag such as "tag:yaml.org,2002:int".
base::Result<Json> ResolveTaggedScalar(std::string_view tag, std::string_view text);

}  // namespace penstock::text
