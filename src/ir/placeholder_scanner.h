// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::ir {

// A placeholder in a text: {{$}}, {{$.pipeline_job_name}}, {{$.inputs.parameters['x']}}. The path
// is what stands between "{{$" and "}}": names, quoted keys (in ' or ", or in '' as some YAML
// writers leave them) and numbers in brackets, all as text.
struct Placeholder {
  size_t begin = 0;
  size_t end = 0;  // behind the closing braces
  std::vector<std::string> path;
};

// The first placeholder at or after `from`. Braces that hold anything else are plain text.
std::optional<Placeholder> FindPlaceholder(std::string_view text, size_t from);

}  // namespace penstock::ir
