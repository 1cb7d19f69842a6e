// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

// The limits that the API sets on names and tags (kfp-contract 1.4). Lengths are in characters.
namespace penstock::kfp {

inline constexpr size_t kMaxExperimentName = 128;
inline constexpr size_t kMaxPipelineName = 128;
inline constexpr size_t kMaxVersionName = 127;
inline constexpr size_t kMaxNamespaceName = 63;

using Tags = std::map<std::string, std::string>;

// kInvalidArgument, naming the field, where the text is longer than `most`.
base::Status CheckLength(std::string_view field, std::string_view text, size_t most);
base::Status CheckTags(const Tags& tags);
// Tags as uploads give them, as a JSON object in the query; "" is none. Checked.
base::Result<Tags> ParseTags(std::string_view json_text);

}  // namespace penstock::kfp
