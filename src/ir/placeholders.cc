// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "ir/container_words.h"
#include "ir/executor_io.h"
#include "ir/placeholder_scanner.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using Path = std::vector<std::string>;

// A word longer than this is a mistake, or an attempt to use up the memory.
constexpr size_t kMostWordBytes = size_t{16} << 20;
constexpr size_t kMostCommandBytes = size_t{64} << 20;
constexpr int kMostEscapes = 4;

std::string PrintParameter(const Json& value) {
  return value.is_string() ? value.as_string() : text::FormatJson(value);
}

// What stands for the run and the task; nothing for other names.
std::optional<std::string> IdentityText(const std::string& name, const TaskIdentity& identity) {
  if (name == "pipeline_job_name") return identity.run_name;
  if (name == "pipeline_job_resource_name") return identity.run_resource_name;
  if (name == "pipeline_job_uuid") return identity.run_id;
  if (name == "pipeline_task_name") return identity.task_name;
  if (name == "pipeline_task_uuid") return identity.task_uuid;
  if (name == "pipeline_root") return identity.pipeline_root;
  if (name == "pipeline_job_create_time_utc") return identity.create_time;
  if (name == "pipeline_job_schedule_time_utc") return identity.schedule_time;
  if (name == "workspace_path") return std::string(kWorkspacePath);
  return std::nullopt;
}

// The text between the quotes of its JSON string, `times` over.
std::string EscapeJson(std::string text, int times) {
  for (int i = 0; i < times; ++i) {
    std::string quoted = text::FormatJson(Json(std::move(text)));
    text = quoted.substr(1, quoted.size() - 2);
  }
  return text;
}

class Substitution {
 public:
  Substitution(const ExecutorInput& input, const ComponentSpec& component,
               const TaskIdentity& identity)
      : input_(input), component_(component), identity_(identity) {}

  // One pass: what is put in is not looked at again, so that values cannot smuggle in references.
  Result<std::string> Run(std::string_view text) {
    std::string out;
    size_t at = 0;
    while (auto found = FindPlaceholder(text, at)) {
      out.append(text.substr(at, found->begin - at));
      PENSTOCK_TRY(std::optional<std::string> value, Value(std::move(found->path)));
      out.append(value ? *value : text.substr(found->begin, found->end - found->begin));
      at = found->end;
      if (out.size() > kMostWordBytes) {
        return Fail(Code::kResourceExhausted,
                    "an argument is longer than 16 MiB once its placeholders are filled in");
      }
    }
    out.append(text.substr(at));
    return out;
  }

 private:
  // Nothing for what is no placeholder of ours and stays as it is.
  Result<std::optional<std::string>> Value(Path path) {
    int escapes = 0;
    if (path.size() >= 2 && path[path.size() - 2] == "json_escape") {
      const std::string& level = path.back();
      auto [end, error] = std::from_chars(level.data(), level.data() + level.size(), escapes);
      if (error != std::errc{} || end != level.data() + level.size() || escapes < 0 ||
          escapes > kMostEscapes) {
        return std::optional<std::string>();
      }
      path.resize(path.size() - 2);
    }
    PENSTOCK_TRY(std::optional<std::string> value, Plain(path));
    if (value && escapes > 0) value = EscapeJson(*std::move(value), escapes);
    return value;
  }

  Result<std::optional<std::string>> Plain(const Path& path) {
    if (path.empty()) return std::optional(InputText());
    if (path.size() == 1) {
      if (path[0] == "outputMetadataUri") return std::optional(input_.output_file);
      return IdentityText(path[0], identity_);
    }
    const bool inputs = path[0] == "inputs";
    if (!inputs && path[0] != "outputs") return std::optional<std::string>();
    if (!inputs && path.size() == 2 && path[1] == "output_file") {
      return std::optional(input_.output_file);
    }
    if (path.size() < 3) return std::optional<std::string>();
    if (path[1] == "artifacts") return inputs ? InputArtifact(path) : OutputArtifact(path);
    if (path[1] != "parameters") return std::optional<std::string>();
    if (inputs && path.size() == 3) return InputParameter(path[2]);
    if (!inputs && path.size() == 4 && path[3] == "output_file") return OutputFile(path[2]);
    return std::optional<std::string>();
  }

  const std::string& InputText() {
    if (!input_text_) input_text_ = text::FormatJson(ToJson(input_));
    return *input_text_;
  }

  static tl::unexpected<base::Error> NoSuch(std::string_view what, const std::string& name) {
    return Fail(Code::kInvalidArgument, "the command refers to the " + std::string(what) + " '" +
                                            name + "', which the component does not have");
  }

  // An input that is not given stands for its default, or for nothing.
  Result<std::optional<std::string>> InputParameter(const std::string& name) {
    auto given = input_.parameters.find(name);
    if (given != input_.parameters.end() && !given->second.is_null()) {
      return std::optional(PrintParameter(given->second));
    }
    auto declared = component_.input_parameters.find(name);
    if (declared != component_.input_parameters.end()) {
      const auto& value = declared->second.default_value;
      return std::optional(value ? PrintParameter(*value) : std::string());
    }
    if (given != input_.parameters.end()) return std::optional(std::string());
    return NoSuch("input parameter", name);
  }

  Result<std::optional<std::string>> OutputFile(const std::string& name) {
    auto file = input_.output_parameter_files.find(name);
    if (file == input_.output_parameter_files.end()) return NoSuch("output parameter", name);
    return std::optional(file->second);
  }

  Result<std::optional<std::string>> InputArtifact(const Path& path) {
    auto list = input_.artifacts.find(path[2]);
    bool given = list != input_.artifacts.end() && !list->second.empty();
    if (!given && !component_.input_artifacts.contains(path[2])) {
      return NoSuch("input artifact", path[2]);
    }
    if (path.size() == 3) return std::optional(ListText(given ? &list->second : nullptr));
    return given ? Member(list->second.front(), path) : std::optional(std::string());
  }

  Result<std::optional<std::string>> OutputArtifact(const Path& path) {
    auto artifact = input_.output_artifacts.find(path[2]);
    if (artifact == input_.output_artifacts.end()) return NoSuch("output artifact", path[2]);
    if (path.size() > 3) return Member(artifact->second, path);
    std::vector<RuntimeArtifact> list = {artifact->second};
    return std::optional(ListText(&list));
  }

  static std::string ListText(const std::vector<RuntimeArtifact>* list) {
    Json::Array elements;
    if (list != nullptr) {
      for (const RuntimeArtifact& artifact : *list) elements.push_back(ToJson(artifact));
    }
    return text::FormatJson(Json(std::move(elements)));
  }

  // path[3] names the member, path[4] a key of the metadata.
  static std::optional<std::string> Member(const RuntimeArtifact& artifact, const Path& path) {
    const std::string& member = path[3];
    if (path.size() == 4) {
      if (member == "uri") return artifact.uri;
      if (member == "path") return LocalPath(artifact);
      if (member == "name") return artifact.name;
    }
    if (member != "metadata" && member != "properties" && member != "custom_properties") {
      return std::nullopt;
    }
    if (path.size() == 4) return text::FormatJson(Json(artifact.metadata));
    if (path.size() > 5) return std::nullopt;
    auto value = artifact.metadata.find(path[4]);
    return value == artifact.metadata.end() ? std::string() : PrintParameter(value->second);
  }

  const ExecutorInput& input_;
  const ComponentSpec& component_;
  const TaskIdentity& identity_;
  std::optional<std::string> input_text_;
};

// The value one placeholder in a constant stands for; nothing where it is to stay.
std::optional<Json> ConstantValue(const Path& path, const TaskIdentity& identity,
                                  const Json::Object& parameters) {
  if (path.size() == 1) {
    std::optional<std::string> text = IdentityText(path[0], identity);
    return text ? std::optional(Json(*std::move(text))) : std::nullopt;
  }
  if (path.size() != 3 || path[0] != "inputs" || path[1] != "parameters") return std::nullopt;
  auto parameter = parameters.find(path[2]);
  if (parameter == parameters.end()) return std::nullopt;
  return parameter->second;
}

Json ResolveConstantText(const std::string& text, const TaskIdentity& identity,
                         const Json::Object& parameters) {
  std::string out;
  size_t at = 0;
  while (auto found = FindPlaceholder(text, at)) {
    std::optional<Json> value = ConstantValue(found->path, identity, parameters);
    if (value && found->begin == 0 && found->end == text.size()) return *std::move(value);
    out.append(text, at, found->begin - at);
    if (!value) {
      out.append(text, found->begin, found->end - found->begin);
    } else if (!value->is_null()) {
      out.append(PrintParameter(*value));
    }
    at = found->end;
  }
  if (at == 0) return Json(text);
  return Json(out.append(text, at));
}

}  // namespace

Result<std::vector<std::string>> ResolveCommand(const std::vector<std::string>& words,
                                                const ExecutorInput& input,
                                                const ComponentSpec& component,
                                                const TaskIdentity& identity) {
  Substitution substitution(input, component, identity);
  std::vector<std::string> resolved;
  size_t bytes = 0;
  for (const std::string& word : words) {
    PENSTOCK_TRY(std::vector<std::string> parts, ExpandContainerWord(word, input));
    for (const std::string& part : parts) {
      PENSTOCK_TRY(std::string text, substitution.Run(part));
      bytes += text.size();
      resolved.push_back(std::move(text));
    }
    if (bytes > kMostCommandBytes) {
      return Fail(Code::kResourceExhausted,
                  "the command is longer than 64 MiB once its placeholders are filled in");
    }
  }
  return resolved;
}

Result<std::string> ResolveText(std::string_view text, const ExecutorInput& input,
                                const ComponentSpec& component, const TaskIdentity& identity) {
  return Substitution(input, component, identity).Run(text);
}

Json ResolveConstant(const Json& value, const TaskIdentity& identity,
                     const Json::Object& parameters) {
  if (value.is_string()) return ResolveConstantText(value.as_string(), identity, parameters);
  if (value.is_array()) {
    Json::Array elements;
    for (const Json& element : value.as_array()) {
      elements.push_back(ResolveConstant(element, identity, parameters));
    }
    return Json(std::move(elements));
  }
  if (!value.is_object()) return value;
  Json::Object members;
  for (const auto& [name, member] : value.as_object()) {
    members[name] = ResolveConstant(member, identity, parameters);
  }
  return Json(std::move(members));
}

Json ResolveConstant(const Json& value, const TaskIdentity& identity) {
  return ResolveConstant(value, identity, {});
}

}  // namespace penstock::ir
