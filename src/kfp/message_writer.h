// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "text/json.h"

// The dialect of responses (kfp-contract 0.1 and 0.4): what is zero or empty is left out, 64-bit
// integers are strings, times are RFC 3339 in UTC.
namespace penstock::kfp {

void PutText(text::Json& message, std::string_view field, std::string_view value);
void PutInt64(text::Json& message, std::string_view field, int64_t value);
void PutInt32(text::Json& message, std::string_view field, int value);
void PutTime(text::Json& message, std::string_view field, base::Time value);
// An unset time is printed as the epoch, as clients of the real server expect it.
void PutTimeOrEpoch(text::Json& message, std::string_view field,
                    const std::optional<base::Time>& value);
void PutTextMap(text::Json& message, std::string_view field,
                const std::map<std::string, std::string>& map);
// Left out where the value is null or an empty object or array.
void PutJson(text::Json& message, std::string_view field, text::Json value);

// An empty message: {}.
inline text::Json EmptyMessage() { return text::Json(text::Json::Object()); }

}  // namespace penstock::kfp
