// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "metadata/run.h"
#include "text/json.h"

namespace penstock::metadata {

// The state of that name; kUnspecified for any other text.
RuntimeState RuntimeStateFromName(std::string_view name);

// [{"time": micros, "state": "RUNNING", "error": "…"}], as rows keep a history.
text::Json HistoryToJson(const std::vector<StateChange>& history);
std::vector<StateChange> HistoryFromJson(const text::Json& json);

// The members of an object, or none of anything else.
text::Json::Object ObjectOrEmpty(text::Json json);

}  // namespace penstock::metadata
