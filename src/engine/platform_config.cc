// SPDX-License-Identifier: Apache-2.0
#include "engine/platform_config.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;
using text::Json;

namespace {

// Fields with a meaning on one machine. The others of KubernetesExecutorConfig have none.
constexpr std::array<std::string_view, 12> kHonoured = {
    "secretAsVolume",  "secretAsEnv",     "configMapAsVolume",
    "configMapAsEnv",  "pvcMount",        "genericEphemeralVolume",
    "emptyDirMounts",  "fieldPathAsEnv",  "activeDeadlineSeconds",
    "imagePullPolicy", "securityContext", "enabledSharedMemory"};

constexpr std::chrono::seconds kFailedRunsWorkspace = std::chrono::hours(24 * 7);

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

int TaskPriority(const Json& platform, const std::string& executor_label) {
  const Json* config = PodConfig(platform, executor_label);
  const Json* metadata = config == nullptr ? nullptr : config->Find("podMetadata");
  for (const char* place : {"labels", "annotations"}) {
    const Json* value =
        metadata == nullptr ? nullptr : FindPath(*metadata, {place, "penstock.dev/priority"});
    if (value == nullptr || !value->is_string()) continue;
    auto number = text::ParseJson(value->as_string());
    if (!number || !number->is_integer()) continue;
    constexpr int64_t kMost = kLargestPriority;
    return static_cast<int>(std::clamp(number->as_integer(), -kMost, kMost));
  }
  return 0;
}

bool HasWorkspace(const Json& platform) {
  const Json* workspace =
      FindPath(platform, {"platforms", "kubernetes", "pipelineConfig", "workspace"});
  return workspace != nullptr && !IsEmpty(*workspace);
}

std::chrono::seconds WorkspaceTime(const Json& platform, bool succeeded) {
  for (std::string_view name :
       {succeeded ? "resourceTtlOnSuccess" : "resourceTtlOnFailure", "resourceTtlOnCompletion"}) {
    auto time = Seconds(FindPath(platform, {"platforms", "kubernetes", "pipelineConfig", name}));
    if (time) return *time;
  }
  return succeeded ? std::chrono::seconds(0) : kFailedRunsWorkspace;
}

const Json* PodConfig(const Json& platform, const std::string& executor_label) {
  const Json* config = FindPath(
      platform, {"platforms", "kubernetes", "deploymentSpec", "executors", executor_label});
  return config != nullptr && config->is_object() ? config : nullptr;
}

Status CheckPlatform(const Json& platform) {
  const Json* executors =
      FindPath(platform, {"platforms", "kubernetes", "deploymentSpec", "executors"});
  if (executors == nullptr || !executors->is_object()) return {};
  for (const auto& [label, config] : executors->as_object()) {
    const Json* containers = config.Find("initContainers");
    if (containers == nullptr || IsEmpty(*containers)) continue;
    return Fail(Code::kInvalidArgument,
                "platforms.kubernetes.deploymentSpec.executors." + label +
                    ".initContainers is not offered: a task is one process");
  }
  return {};
}

namespace {

// Whether labels and annotations say nothing but what is read, here or in pod_settings.cc.
bool OnlySaysWhatIsRead(const Json& pod_metadata) {
  for (const char* place : {"labels", "annotations"}) {
    const Json* map = pod_metadata.Find(place);
    if (map == nullptr || !map->is_object()) continue;
    for (const auto& [key, value] : map->as_object()) {
      if (key != "penstock.dev/network" && key != "penstock.dev/priority") return false;
    }
  }
  return true;
}

}  // namespace

std::vector<std::string> PlatformNotices(const ir::PipelineSpec& spec, const Json& platform) {
  std::map<std::string, std::set<std::string>> tasks;  // by field
  for (const auto& [label, executor] : spec.executors) {
    const std::string name = label.starts_with("exec-") ? label.substr(5) : label;
    if (executor.container && !executor.container->resources.accelerator_type.empty()) {
      tasks["accelerator"].insert(name);
    }
    const Json* config = PodConfig(platform, label);
    if (config == nullptr) continue;
    for (const auto& [field, value] : config->as_object()) {
      if (std::ranges::find(kHonoured, field) != kHonoured.end() || IsEmpty(value)) continue;
      if (field == "podMetadata" && OnlySaysWhatIsRead(value)) continue;
      tasks[field].insert(name);
    }
  }
  std::vector<std::string> notices;
  for (const auto& [field, names] : tasks) {
    std::string text = field + " has no meaning without a cluster and is not looked at (";
    for (const std::string& name : names) text += (text.ends_with('(') ? "" : ", ") + name;
    notices.push_back(text + ")");
  }
  if (HasWorkspace(platform)) {
    notices.emplace_back("the workspace is a folder of this machine: its size is not enforced");
  }
  return notices;
}

}  // namespace penstock::engine
