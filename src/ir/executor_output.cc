// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "ir/executor_io.h"
#include "text/json.h"

namespace penstock::ir {
namespace {

using base::Code;
using base::Fail;
using base::Result;

tl::unexpected<base::Error> BadFile(const std::string& what) {
  return Fail(Code::kInvalidArgument, "the task wrote an output file that cannot be read: " + what);
}

const Json* FindEither(const Json& object, std::string_view camel, std::string_view snake) {
  const Json* found = object.Find(camel);
  return found != nullptr ? found : object.Find(snake);
}

Result<RuntimeArtifact> ReadArtifact(const Json& value) {
  if (!value.is_object()) return BadFile("an artifact is no object");
  RuntimeArtifact artifact;
  artifact.name = value.StringOr("name", "");
  artifact.uri = value.StringOr("uri", "");
  const Json* path = FindEither(value, "customPath", "custom_path");
  if (path != nullptr && path->is_string()) artifact.custom_path = path->as_string();
  if (const Json* type = value.Find("type"); type != nullptr) {
    auto text = [type](std::string_view camel, std::string_view snake) {
      const Json* member = FindEither(*type, camel, snake);
      return member != nullptr && member->is_string() ? member->as_string() : std::string();
    };
    artifact.type = {text("schemaTitle", "schema_title"), text("schemaUri", "schema_uri"),
                     text("instanceSchema", "instance_schema"),
                     text("schemaVersion", "schema_version")};
  }
  const Json* metadata = value.Find("metadata");
  if (metadata != nullptr && metadata->is_object()) artifact.metadata = metadata->as_object();
  return artifact;
}

base::Status ReadArtifacts(const Json& document, ExecutorOutput& output) {
  const Json* artifacts = document.Find("artifacts");
  if (artifacts == nullptr || artifacts->is_null()) return {};
  if (!artifacts->is_object()) return BadFile("'artifacts' is no object");
  for (const auto& [name, list] : artifacts->as_object()) {
    const Json* elements = list.Find("artifacts");
    if (elements == nullptr || elements->is_null()) continue;
    if (!elements->is_array()) return BadFile("the artifacts of '" + name + "' are no array");
    for (const Json& element : elements->as_array()) {
      PENSTOCK_TRY(RuntimeArtifact artifact, ReadArtifact(element));
      output.artifacts[name].push_back(std::move(artifact));
    }
  }
  return {};
}

// The deprecated map of ml_pipelines.Value: {"intValue": "3"} and its like.
std::optional<Json> OldValue(const Json& value) {
  if (const Json* text = FindEither(value, "stringValue", "string_value")) return *text;
  if (const Json* number = FindEither(value, "doubleValue", "double_value")) return *number;
  const Json* whole = FindEither(value, "intValue", "int_value");
  if (whole == nullptr || !whole->is_string())
    return whole == nullptr ? std::nullopt : std::optional(*whole);
  auto parsed = text::ParseJson(whole->as_string());
  return parsed && parsed->is_integer() ? std::optional(*parsed) : std::nullopt;
}

Result<Json::Object> ReadParameters(const Json& document) {
  Json::Object values;
  if (const Json* old = document.Find("parameters"); old != nullptr && old->is_object()) {
    for (const auto& [name, value] : old->as_object()) {
      if (auto known = OldValue(value)) values[name] = *std::move(known);
    }
  }
  const Json* current = FindEither(document, "parameterValues", "parameter_values");
  if (current == nullptr || current->is_null()) return values;
  if (!current->is_object()) return BadFile("'parameterValues' is no object");
  for (const auto& [name, value] : current->as_object()) values[name] = value;
  return values;
}

std::optional<bool> ParseGoBool(std::string_view text) {
  for (std::string_view word : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == word) return true;
  }
  for (std::string_view word : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

std::string_view TrimAll(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

template <typename Number>
std::optional<Json> ParseNumber(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Json(number);
}

// The value in a per-parameter file; nothing where the text is not of the type.
std::optional<Json> ParseFile(const std::string& text, ParameterType type) {
  switch (type) {
    case ParameterType::kString:
    case ParameterType::kUnspecified:
      return Json(text);
    case ParameterType::kNumberInteger:
      return ParseNumber<int64_t>(TrimAll(text));
    case ParameterType::kNumberDouble:
      return ParseNumber<double>(TrimAll(text));
    case ParameterType::kBoolean: {
      std::optional<bool> value = ParseGoBool(TrimAll(text));
      return value ? std::optional(Json(*value)) : std::nullopt;
    }
    default: {
      auto value = text::ParseJson(text);
      return value ? std::optional(*std::move(value)) : std::nullopt;
    }
  }
}

// The start of a text, for a message.
std::string Excerpt(const std::string& text) {
  constexpr size_t kMost = 60;
  std::string start = text.substr(0, kMost);
  // Not into the middle of a character.
  while (text.size() > kMost && !start.empty() &&
         (static_cast<unsigned char>(start.back()) & 0x80) != 0) {
    start.pop_back();
  }
  return text::FormatJson(Json(start)) + (text.size() > kMost ? "…" : "");
}

}  // namespace

Result<ExecutorOutput> ParseExecutorOutput(
    std::string_view output_json, const std::map<std::string, std::string>& parameter_files,
    const ComponentSpec& component) {
  ExecutorOutput output;
  Json::Object given;
  if (!output_json.empty()) {
    auto document = text::ParseJson(output_json);
    if (!document) return BadFile(document.error().message());
    if (!document->is_object()) return BadFile("it is no JSON object");
    PENSTOCK_TRY(given, ReadParameters(*document));
    PENSTOCK_RETURN_IF_ERROR(ReadArtifacts(*document, output));
  }
  for (const auto& [name, declared] : component.output_parameters) {
    std::string type(ParameterTypeName(declared.type));
    std::optional<Json> value;
    auto file = parameter_files.find(name);
    if (auto found = given.find(name); found != given.end()) {
      value = found->second;
    } else if (file != parameter_files.end()) {
      value = ParseFile(file->second, declared.type);
      if (!value) {
        return Fail(Code::kInvalidArgument, "output parameter '" + name + "': the text " +
                                                Excerpt(file->second) + " is no value of type " +
                                                type);
      }
    } else {
      return Fail(Code::kInvalidArgument,
                  "the task did not write its output parameter '" + name + "' (" + type + ")");
    }
    auto converted = ConvertParameter(*value, declared.type);
    if (!converted) {
      return Fail(std::move(converted).error().Wrap("output parameter '" + name + "'"));
    }
    output.parameters[name] = *std::move(converted);
  }
  return output;
}

std::map<std::string, std::vector<RuntimeArtifact>> MergeOutputArtifacts(
    const ExecutorInput& input, const ExecutorOutput& output) {
  std::map<std::string, std::vector<RuntimeArtifact>> merged;
  for (const auto& [name, declared] : input.output_artifacts) {
    RuntimeArtifact artifact = declared;
    auto said = output.artifacts.find(name);
    if (said != output.artifacts.end() && !said->second.empty()) {
      const RuntimeArtifact& change = said->second.front();
      if (!change.uri.empty()) artifact.uri = change.uri;
      for (const auto& [key, value] : change.metadata) artifact.metadata[key] = value;
      if (!change.custom_path.empty()) artifact.custom_path = change.custom_path;
    }
    merged[name].push_back(std::move(artifact));
  }
  return merged;
}

}  // namespace penstock::ir
