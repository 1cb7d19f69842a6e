// SPDX-License-Identifier: Apache-2.0
#include "metadata/state_json.h"

#include <utility>

namespace penstock::metadata {
namespace {

constexpr std::pair<RuntimeState, std::string_view> kNames[] = {
    {RuntimeState::kUnspecified, "RUNTIME_STATE_UNSPECIFIED"},
    {RuntimeState::kPending, "PENDING"},
    {RuntimeState::kRunning, "RUNNING"},
    {RuntimeState::kSucceeded, "SUCCEEDED"},
    {RuntimeState::kSkipped, "SKIPPED"},
    {RuntimeState::kFailed, "FAILED"},
    {RuntimeState::kCanceling, "CANCELING"},
    {RuntimeState::kCanceled, "CANCELED"},
    {RuntimeState::kPaused, "PAUSED"},
};

}  // namespace

std::string_view RuntimeStateName(RuntimeState state) {
  for (const auto& [known, name] : kNames) {
    if (known == state) return name;
  }
  return "RUNTIME_STATE_UNSPECIFIED";
}

RuntimeState RuntimeStateFromName(std::string_view name) {
  for (const auto& [state, known] : kNames) {
    if (known == name) return state;
  }
  return RuntimeState::kUnspecified;
}

bool IsFinal(RuntimeState state) {
  return state == RuntimeState::kSucceeded || state == RuntimeState::kSkipped ||
         state == RuntimeState::kFailed || state == RuntimeState::kCanceled;
}

text::Json HistoryToJson(const std::vector<StateChange>& history) {
  text::Json::Array changes;
  for (const StateChange& change : history) {
    text::Json json;
    json["time"] = base::ToMicros(change.time);
    json["state"] = RuntimeStateName(change.state);
    if (!change.error.empty()) json["error"] = change.error;
    changes.push_back(std::move(json));
  }
  return text::Json(std::move(changes));
}

std::vector<StateChange> HistoryFromJson(const text::Json& json) {
  std::vector<StateChange> history;
  if (!json.is_array()) return history;
  for (const text::Json& change : json.as_array()) {
    history.push_back({base::FromMicros(change.IntegerOr("time", 0)),
                       RuntimeStateFromName(change.StringOr("state", "")),
                       change.StringOr("error", "")});
  }
  return history;
}

text::Json::Object ObjectOrEmpty(text::Json json) {
  return json.is_object() ? std::move(json.as_object()) : text::Json::Object();
}

}  // namespace penstock::metadata
