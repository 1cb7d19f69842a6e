// SPDX-License-Identifier: Apache-2.0
#include "engine/platform_config.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;
using text::Json;

namespace {

constexpr std::array<std::string_view, 9> kNotOffered = {
    "secretAsVolume",         "secretAsEnv",    "configMapAsVolume", "configMapAsEnv", "pvcMount",
    "genericEphemeralVolume", "emptyDirMounts", "fieldPathAsEnv",    "initContainers"};

const Json* FindPath(const Json& from, std::initializer_list<std::string_view> names) {
  const Json* at = &from;
  for (std::string_view name : names) {
    at = at->Find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool IsEmpty(const Json& value) {
  return value.is_null() || (value.is_array() && value.as_array().empty()) ||
         (value.is_object() && value.as_object().empty());
}

// A positive number of seconds; protobuf's JSON may write 64-bit numbers as strings.
std::optional<std::chrono::seconds> Seconds(const Json* value) {
  // A century, so that adding it to a time does not overflow.
  constexpr int64_t kLongest = int64_t{100} * 365 * 24 * 3600;
  int64_t count = 0;
  if (value != nullptr && value->is_integer()) count = value->as_integer();
  if (value != nullptr && value->is_string()) {
    auto parsed = text::ParseJson(value->as_string());
    if (parsed && parsed->is_integer()) count = parsed->as_integer();
  }
  if (count <= 0) return std::nullopt;
  return std::chrono::seconds(std::min(count, kLongest));
}

}  // namespace

std::optional<std::chrono::seconds> TaskTimeout(const Json& platform,
                                                const std::string& executor_label) {
  return Seconds(FindPath(platform, {"platforms", "kubernetes", "deploymentSpec", "executors",
                                     executor_label, "activeDeadlineSeconds"}));
}

std::optional<std::chrono::seconds> RunTimeout(const Json& platform) {
  return Seconds(
      FindPath(platform, {"platforms", "kubernetes", "pipelineConfig", "activeDeadlineSeconds"}));
}

Status CheckPlatform(const Json& platform) {
  if (const Json* config = FindPath(platform, {"platforms", "kubernetes", "pipelineConfig"})) {
    const Json* workspace = config->Find("workspace");
    if (workspace != nullptr && !IsEmpty(*workspace)) {
      return Fail(Code::kInvalidArgument,
                  "platforms.kubernetes.pipelineConfig.workspace is not offered yet");
    }
  }
  const Json* executors =
      FindPath(platform, {"platforms", "kubernetes", "deploymentSpec", "executors"});
  if (executors == nullptr || !executors->is_object()) return {};
  for (const auto& [label, config] : executors->as_object()) {
    for (std::string_view name : kNotOffered) {
      const Json* member = config.Find(name);
      if (member == nullptr || IsEmpty(*member)) continue;
      return Fail(Code::kInvalidArgument, "platforms.kubernetes.deploymentSpec.executors." + label +
                                              "." + std::string(name) + " is not offered yet");
    }
  }
  return {};
}

}  // namespace penstock::engine
