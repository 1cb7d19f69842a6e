// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/json.h"

namespace penstock::text {

struct YamlLimits {
  size_t max_bytes = size_t{32} << 20;
  size_t max_depth = 200;
  // Both counted with aliases expanded, so that a "billion laughs" stops early.
  size_t max_nodes = 2'000'000;
  size_t max_text_bytes = size_t{128} << 20;  // of all scalars together
};

// Parses every document of a YAML stream into JSON values, resolving plain scalars as PyYAML's
// SafeLoader does (YAML 1.1: yes/no/on/off, 010 and 0x integers, sexagesimals, .inf, ~ and so on),
// because that is what wrote and what reads the files. Timestamps stay strings. Mapping keys must
// be scalars and become strings, as JSON would print them (1 -> "1", yes -> "true"); a doubled key
// is an error, except that a mapping's own keys override merged ones ("<<"). Tags: the standard
// ones that JSON can hold. Messages give line and column.
base::Result<std::vector<Json>> ParseYaml(std::string_view text, const YamlLimits& limits = {});

// One YAML document in block style, that reads back as the same value (whole doubles keep their
// ".0").
std::string FormatYaml(const Json& value);

}  // namespace penstock::text
