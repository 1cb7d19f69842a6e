// SPDX-License-Identifier: Apache-2.0
#include "engine/pod_settings.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "ir/executor_io.h"
#include "ir/quantity.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

namespace {

constexpr std::string_view kNetworkKey = "penstock.dev/network";

bool IsPlainPath(std::string_view path, bool absolute) {
  if (path.starts_with('/') != absolute) return false;
  for (size_t at = 0; at <= path.size();) {
    size_t end = std::min(path.find('/', at), path.size());
    std::string_view part = path.substr(at, end - at);
    if (part == ".." || part == ".") return false;
    at = end + 1;
  }
  return path.find('\0') == std::string_view::npos && path != "/";
}

class Reader {
 public:
  Reader(const Json& config, const TaskNode& node, const RunContext& context)
      : config_(config), node_(node), context_(context) {}

  Result<PodSettings> Read() {
    PENSTOCK_RETURN_IF_ERROR(Each("fieldPathAsEnv", &Reader::Field));
    PENSTOCK_RETURN_IF_ERROR(Each("configMapAsEnv", &Reader::ConfigMapVariables));
    PENSTOCK_RETURN_IF_ERROR(Each("secretAsEnv", &Reader::SecretVariables));
    PENSTOCK_RETURN_IF_ERROR(Each("configMapAsVolume", &Reader::ConfigMapFolder));
    PENSTOCK_RETURN_IF_ERROR(Each("secretAsVolume", &Reader::SecretFolder));
    PENSTOCK_RETURN_IF_ERROR(Each("emptyDirMounts", &Reader::EmptyFolder));
    PENSTOCK_RETURN_IF_ERROR(Each("genericEphemeralVolume", &Reader::EmptyFolder));
    PENSTOCK_RETURN_IF_ERROR(Each("pvcMount", &Reader::Volume));
    PENSTOCK_RETURN_IF_ERROR(Network());
    PENSTOCK_RETURN_IF_ERROR(Container());
    return std::move(settings_);
  }

 private:
  Status Each(std::string_view field, Status (Reader::*read)(const Json&)) {
    const Json* list = config_.Find(field);
    if (list == nullptr || !list->is_array()) return {};
    for (const Json& element : list->as_array()) {
      if (Status status = (this->*read)(element); !status) {
        return Fail(std::move(status).error().Wrap(field));
      }
    }
    return {};
  }

  // An InputParameterSpec: a constant, an input of the pipeline around the task, or the output of a
  // task beside it.
  Json Value(const Json& source) const {
    if (const Json* runtime = source.Find("runtimeValue")) {
      const Json* constant = runtime->Find("constant");
      if (constant == nullptr) return nullptr;
      return ir::ResolveConstant(*constant, context_.IdentityOf(node_), node_.row.inputs);
    }
    if (std::string input = source.StringOr("componentInputParameter", ""); !input.empty()) {
      auto found = node_.parent->row.inputs.find(input);
      return found == node_.parent->row.inputs.end() ? Json() : found->second;
    }
    if (const Json* output = source.Find("taskOutputParameter")) {
      const TaskNode* producer = node_.parent->Child(output->StringOr("producerTask", ""));
      if (producer == nullptr) return nullptr;
      auto found = producer->row.outputs.find(output->StringOr("outputParameterKey", ""));
      return found == producer->row.outputs.end() ? Json() : found->second;
    }
    return nullptr;
  }

  // The name under its newer field, or else under the deprecated one.
  Result<std::string> Name(const Json& element, std::string_view newer, std::string_view older) {
    if (const Json* source = element.Find(newer); source != nullptr && source->is_object()) {
      Json value = Value(*source);
      if (value.is_string() && !value.as_string().empty()) return value.as_string();
      if (!value.is_null()) return Fail(Code::kInvalidArgument, "the name is no text");
    }
    std::string name = element.StringOr(older, "");
    if (name.empty()) return Fail(Code::kFailedPrecondition, "has no name");
    return name;
  }

  static Result<std::string> MountPath(const Json& element) {
    std::string path = element.StringOr("mountPath", "");
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (IsPlainPath(path, true)) return path;
    return Fail(Code::kInvalidArgument, "mountPath '" + path + "' must be an absolute path");
  }

  Result<NamedUse> Named(NamedKind kind, const Json& element) {
    NamedUse use;
    use.kind = kind;
    bool secret = kind == NamedKind::kSecret;
    PENSTOCK_TRY(use.name, Name(element, secret ? "secretNameParameter" : "configMapNameParameter",
                                secret ? "secretName" : "configMapName"));
    use.optional = element.BoolOr("optional", false);
    return use;
  }

  Status Variables(NamedKind kind, const Json& element) {
    PENSTOCK_TRY(NamedUse use, Named(kind, element));
    const Json* keys = element.Find("keyToEnv");
    if (keys == nullptr || !keys->is_array()) return {};
    for (const Json& pair : keys->as_array()) {
      use.key = pair.StringOr(kind == NamedKind::kSecret ? "secretKey" : "configMapKey", "");
      use.variable = pair.StringOr("envVar", "");
      if (use.variable.empty()) return Fail(Code::kInvalidArgument, "keyToEnv needs envVar");
      settings_.named.push_back(use);
    }
    return {};
  }
  Status SecretVariables(const Json& element) { return Variables(NamedKind::kSecret, element); }
  Status ConfigMapVariables(const Json& element) {
    return Variables(NamedKind::kConfigMap, element);
  }

  Status Folder(NamedKind kind, const Json& element) {
    PENSTOCK_TRY(NamedUse use, Named(kind, element));
    PENSTOCK_TRY(use.path, MountPath(element));
    settings_.named.push_back(std::move(use));
    return {};
  }
  Status SecretFolder(const Json& element) { return Folder(NamedKind::kSecret, element); }
  Status ConfigMapFolder(const Json& element) { return Folder(NamedKind::kConfigMap, element); }

  Status EmptyFolder(const Json& element) {
    TaskFolder folder;
    PENSTOCK_TRY(folder.path, MountPath(element));
    settings_.folders.push_back(std::move(folder));
    return {};
  }

  Status Volume(const Json& element) {
    TaskFolder folder;
    PENSTOCK_TRY(folder.path, MountPath(element));
    if (element.Find("pvcNameParameter") != nullptr) {
      PENSTOCK_TRY(folder.volume, Name(element, "pvcNameParameter", "constant"));
    } else if (Json value = Value(element); value.is_string()) {
      folder.volume = value.as_string();
    } else {
      PENSTOCK_TRY(folder.volume, Name(element, "", "constant"));
    }
    folder.sub_path = element.StringOr("subPath", "");
    if (!folder.sub_path.empty() && !IsPlainPath(folder.sub_path, false)) {
      return Fail(Code::kInvalidArgument, "subPath must be a relative path without '..'");
    }
    settings_.folders.push_back(std::move(folder));
    return {};
  }

  // A label or an annotation of the pod, as pods have no field for it: `none` or `host`.
  Status Network() {
    const Json* metadata = config_.Find("podMetadata");
    for (const char* place : {"labels", "annotations"}) {
      const Json* map = metadata == nullptr ? nullptr : metadata->Find(place);
      const Json* value = map == nullptr ? nullptr : map->Find(kNetworkKey);
      if (value == nullptr) continue;
      const std::string text = value->is_string() ? value->as_string() : "";
      if (text != "none" && text != "host") {
        return Fail(Code::kInvalidArgument, "podMetadata." + std::string(place) + " '" +
                                                std::string(kNetworkKey) +
                                                "' must be none or host");
      }
      settings_.own_network = text == "none";
    }
    return {};
  }

  Status Container() {
    ContainerSettings& container = settings_.container;
    container.pull_policy = config_.StringOr("imagePullPolicy", "");
    const std::string& policy = container.pull_policy;
    if (policy != "" && policy != "Always" && policy != "IfNotPresent" && policy != "Never") {
      return Fail(Code::kInvalidArgument,
                  "imagePullPolicy '" + policy + "' must be Always, IfNotPresent or Never");
    }
    if (const Json* memory = config_.Find("enabledSharedMemory")) {
      const auto bytes = ir::ParseQuantity(memory->StringOr("size", ""));
      if (bytes && *bytes < 1e15) container.shared_memory = static_cast<int64_t>(*bytes);
    }
    const Json* context = config_.Find("securityContext");
    if (context == nullptr) return {};
    container.not_root = context->BoolOr("runAsNonRoot", false);
    for (auto [field, id] :
         {std::pair{"runAsUser", &container.user}, std::pair{"runAsGroup", &container.group}}) {
      if (context->Find(field) == nullptr) continue;
      // Numbers of 64 bits may be texts.
      const auto number = ir::ParseQuantity(context->StringOr(field, ""));
      const int64_t value = number ? static_cast<int64_t>(*number) : context->IntegerOr(field, -1);
      if (value < 0 || value > INT32_MAX) {
        return Fail(Code::kInvalidArgument, "securityContext." + std::string(field) +
                                                " must be a user's or group's number");
      }
      *id = value;
    }
    return {};
  }

  // What a pod is told of itself.
  Status Field(const Json& element) {
    const std::string name = element.StringOr("name", "");
    const std::string field = element.StringOr("fieldPath", "");
    if (name.empty()) return Fail(Code::kInvalidArgument, "needs a name");
    std::string value;
    if (field == "metadata.name" || field == "metadata.uid") {
      value = node_.row.id;
    } else if (field == "metadata.namespace") {
      value = "default";
    } else if (field == "status.podIP" || field == "status.hostIP") {
      value = "127.0.0.1";
    } else if (field == "spec.nodeName") {
      value = "penstock";
    } else if (field == "metadata.labels['pipeline/runid']") {
      value = context_.run_id();
    }
    settings_.env.emplace_back(name, std::move(value));
    return {};
  }

  const Json& config_;
  const TaskNode& node_;
  const RunContext& context_;
  PodSettings settings_;
};

}  // namespace

Result<PodSettings> ReadPodSettings(const Json* config, const TaskNode& node,
                                    const RunContext& context) {
  if (config == nullptr) return PodSettings();
  return Reader(*config, node, context).Read();
}

}  // namespace penstock::engine
