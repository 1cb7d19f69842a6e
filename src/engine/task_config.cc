// SPDX-License-Identifier: Apache-2.0
#include "engine/task_config.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::engine {

using text::Json;

namespace {

// Whether the field is passed through, and if so whether the task has it too.
std::optional<bool> Passed(const ir::ComponentSpec& component, std::string_view field) {
  for (const auto& [name, apply_to_task] : component.task_config_passthroughs) {
    if (name == field) return apply_to_task;
  }
  return std::nullopt;
}

Json Resources(const ir::ResourceSpec& resources) {
  Json::Object limits, requests;
  if (!resources.cpu_limit.empty()) limits["cpu"] = resources.cpu_limit;
  if (!resources.memory_limit.empty()) limits["memory"] = resources.memory_limit;
  if (!resources.accelerator_type.empty()) {
    limits[resources.accelerator_type] =
        resources.accelerator_count.empty() ? "1" : resources.accelerator_count;
  }
  if (!resources.cpu_request.empty()) requests["cpu"] = resources.cpu_request;
  if (!resources.memory_request.empty()) requests["memory"] = resources.memory_request;
  Json::Object all;
  if (!limits.empty()) all["limits"] = std::move(limits);
  if (!requests.empty()) all["requests"] = std::move(requests);
  return all;
}

bool IsSecret(const NamedUse& use) { return use.kind == NamedKind::kSecret; }

// Secrets stay references: only tasks that have them themselves see their values.
Json Environment(const TaskLaunch& launch, const PodSettings& pod) {
  Json::Array list;
  for (const auto* variables : {&launch.env, &pod.env}) {
    for (const auto& [name, value] : *variables) {
      list.push_back(Json::Object{{"name", name}, {"value", value}});
    }
  }
  for (const NamedUse& use : pod.named) {
    if (use.variable.empty()) continue;
    Json reference = Json::Object{{"name", use.name}, {"key", use.key}};
    if (use.optional) reference["optional"] = true;
    list.push_back(Json::Object{
        {"name", use.variable},
        {"valueFrom",
         Json::Object{{IsSecret(use) ? "secretKeyRef" : "configMapKeyRef", reference}}}});
  }
  return list;
}

void AddVolumes(const PodSettings& pod, const TaskLaunch& launch, Json::Object& into) {
  Json::Array volumes, mounts;
  auto add = [&](const std::string& path, const std::string& name, Json::Object source,
                 const std::string& sub_path) {
    source["name"] = name;
    volumes.push_back(std::move(source));
    Json::Object mount{{"name", name}, {"mountPath", path}};
    if (!sub_path.empty()) mount["subPath"] = sub_path;
    mounts.push_back(std::move(mount));
  };
  for (const NamedUse& use : pod.named) {
    if (use.path.empty()) continue;
    Json::Object source;
    if (IsSecret(use)) {
      source["secret"] = Json::Object{{"secretName", use.name}};
    } else {
      source["configMap"] = Json::Object{{"name", use.name}};
    }
    add(use.path, use.name, std::move(source), "");
  }
  for (const TaskFolder& folder : pod.folders) {
    if (folder.volume.empty()) continue;
    add(folder.path, folder.volume,
        {{"persistentVolumeClaim", Json::Object{{"claimName", folder.volume}}}}, folder.sub_path);
  }
  if (launch.workspace) {
    add("/kfp-workspace", "kfp-workspace",
        {{"persistentVolumeClaim", Json::Object{{"claimName", launch.run_id + "-kfp-workspace"}}}},
        "");
  }
  if (volumes.empty()) return;
  into["volumes"] = std::move(volumes);
  into["volumeMounts"] = std::move(mounts);
}

void CopyField(const Json* config, const char* from, const char* member, const char* to,
               Json::Object& into) {
  const Json* found = config == nullptr ? nullptr : config->Find(from);
  if (found != nullptr && member != nullptr) found = found->Find(member);
  if (found != nullptr && !found->is_null()) into[to] = *found;
}

Json Collect(const ir::ComponentSpec& component, const Json* config, const TaskLaunch& launch,
             const PodSettings& pod) {
  Json::Object all;
  if (Passed(component, "RESOURCES")) all["resources"] = Resources(launch.resources);
  if (Passed(component, "ENV")) {
    Json list = Environment(launch, pod);
    if (!list.as_array().empty()) all["env"] = std::move(list);
  }
  if (Passed(component, "KUBERNETES_VOLUMES")) AddVolumes(pod, launch, all);
  if (Passed(component, "KUBERNETES_TOLERATIONS")) {
    CopyField(config, "tolerations", nullptr, "tolerations", all);
  }
  if (Passed(component, "KUBERNETES_NODE_SELECTOR")) {
    CopyField(config, "nodeSelector", "labels", "nodeSelector", all);
  }
  if (Passed(component, "KUBERNETES_AFFINITY")) {
    Json::Object affinity;
    CopyField(config, "nodeAffinity", nullptr, "nodeAffinity", affinity);
    CopyField(config, "podAffinity", nullptr, "podAffinity", affinity);
    if (!affinity.empty()) all["affinity"] = std::move(affinity);
  }
  return all;
}

}  // namespace

void PassTaskConfig(const ir::ComponentSpec& component, const Json* config, TaskLaunch& launch,
                    PodSettings& pod) {
  for (const auto& [name, input] : component.input_parameters) {
    if (input.type != ir::ParameterType::kTaskConfig) continue;
    launch.input.parameters[name] = Collect(component, config, launch, pod);
  }
  if (Passed(component, "RESOURCES") == false) launch.resources = {};
  if (Passed(component, "ENV") == false) {
    launch.env.clear();
    pod.env.clear();
    std::erase_if(pod.named, [](const NamedUse& use) { return !use.variable.empty(); });
  }
  if (Passed(component, "KUBERNETES_VOLUMES") == false) {
    pod.folders.clear();
    std::erase_if(pod.named, [](const NamedUse& use) { return !use.path.empty(); });
    launch.workspace = false;
  }
}

}  // namespace penstock::engine
