// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/json.h"

namespace penstock::text {

struct YamlLimits {
  size_t max_bytes = size_t{32} << 20;
  size_t max_depth = 200;
  size_t max_nodes =
      2'000'000;  // counted with aliases expanded, so that a "billion laughs" stops early
};

// Parses every document of a YAML stream into JSON values, resolving plain scalars as PyYAML's
// SafeLoader does (YAML 1.1: yes/no/on/off, 0o and 0x integers, sexagesimals, .inf, ~ and so on),
// because that is what wrote and what reads the files. Timestamps stay strings. Mapping keys must
// be scalars and become strings; a doubled key is an error. Messages give line and column.
base::Result<std::vector<Json>> ParseYaml(std::string_view text, const YamlLimits& limits = {});

// One YAML document in block style, that reads back as the same value.
std::string FormatYaml(const Json& value);

}  // namespace penstock::text
