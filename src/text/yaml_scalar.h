// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/json.h"

namespace penstock::text {

// What a YAML 1.1 scalar is, as PyYAML's resolver tells by patterns.
enum class YamlKind { kString, kNull, kBool, kInt, kFloat, kTimestamp, kMerge };

// The kind of a plain (unquoted, untagged) scalar.
YamlKind ResolvePlainScalar(std::string_view text);

// The value of a scalar of a kind, which its text must fit (explicit tags can disagree with it).
// Integers beyond 64 bits become doubles. Timestamps and "<<" are kept as strings.
base::Result<Json> ConstructScalar(YamlKind kind, std::string_view text);

}  // namespace penstock::text
