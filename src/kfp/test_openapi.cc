// SPDX-License-Identifier: Apache-2.0
#include "kfp/test_openapi.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/clock.h"
#include "base/encoding.h"
#include "kfp/openapi_document.h"

namespace penstock::kfp {
namespace {

using text::Json;

std::string Upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

bool IsInt64(const std::string& text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool HasKind(const Json& value, const std::string& type) {
  if (type == "integer") return value.is_integer();
  if (type == "number") return value.is_number();
  return value.KindName() == type;
}

std::string FormatFaults(const Json& value, const std::string& format) {
  if (format == "date-time" && !base::ParseRfc3339(value.as_string())) return " is no time";
  if (format == "int64" && !IsInt64(value.as_string())) return " is no number";
  if (format == "byte" && !base::Base64Decode(value.as_string())) return " is no base64";
  return "";
}

}  // namespace

OpenApiCheck::OpenApiCheck(Json document) : document_(std::move(document)) {
  // Literal segments win over parameters, as they do in OpenAPI.
  for (bool with_parameters : {false, true}) {
    for (const auto& [path, methods] : document_.Find("paths")->as_object()) {
      if ((path.find('{') != std::string::npos) != with_parameters) continue;
      for (const auto& [method, operation] : methods.as_object()) {
        router_.Add(Upper(method), path, Action());
      }
    }
  }
}

const OpenApiCheck& OpenApiCheck::OfThisProgram() {
  static const OpenApiCheck kCheck(BuildOpenApi(OpenApiTexts(), "test").value());
  return kCheck;
}

std::string OpenApiCheck::FaultsOf(std::string_view method, std::string_view path,
                                   const CheckedAnswer& answer) const {
  auto match = router_.Find(method, path);
  if (!match) return answer.status >= 400 ? "" : "answers a path that is not described";
  std::string verb = base::ToLower(std::string(method));
  const Json& operation = *document_.Find("paths")->Find(match->pattern)->Find(verb);
  const Json& responses = *operation.Find("responses");
  const Json* response = responses.Find(std::to_string(answer.status));
  if (response == nullptr) response = responses.Find(answer.status < 400 ? "200" : "default");
  const std::string type = answer.content_type.substr(0, answer.content_type.find(';'));
  const Json* content = response->Find("content")->Find(type);
  if (content == nullptr) return "the type '" + type + "' is not described";
  const Json* schema = content->Find("schema");
  if (schema == nullptr) return "";
  auto body = text::ParseJson(answer.body);
  if (!body) return "the body is not JSON: " + body.error().message();
  return SchemaFaults(*schema, *body, "body");
}

const Json* OpenApiCheck::Resolve(const std::string& reference) const {
  const std::string prefix = "#/components/schemas/";
  if (!reference.starts_with(prefix)) return nullptr;
  return document_.Find("components")->Find("schemas")->Find(reference.substr(prefix.size()));
}

std::string OpenApiCheck::SchemaFaults(const Json& schema, const Json& value,
                                       const std::string& place) const {
  if (std::string reference = schema.StringOr("$ref", ""); !reference.empty()) {
    const Json* target = Resolve(reference);
    return target == nullptr ? place + ": nothing is called " + reference
                             : SchemaFaults(*target, value, place);
  }
  const std::string type = schema.StringOr("type", "");
  if (type.empty()) return "";
  if (!HasKind(value, type)) {
    return place + " must be " + type + ", and is " + std::string(value.KindName());
  }
  if (const Json* words = schema.Find("enum")) {
    const Json::Array& list = words->as_array();
    if (std::ranges::find(list, value) == list.end()) {
      return place + " has the unknown word " + value.as_string();
    }
  }
  if (type == "string") {
    std::string faults = FormatFaults(value, schema.StringOr("format", ""));
    return faults.empty() ? "" : place + faults;
  }
  if (type == "array") {
    for (const Json& element : value.as_array()) {
      std::string faults = SchemaFaults(*schema.Find("items"), element, place + "[]");
      if (!faults.empty()) return faults;
    }
    return "";
  }
  return type == "object" ? ObjectFaults(schema, value, place) : "";
}

std::string OpenApiCheck::ObjectFaults(const Json& schema, const Json& value,
                                       const std::string& place) const {
  const Json* properties = schema.Find("properties");
  const Json* others = schema.Find("additionalProperties");
  for (const auto& [name, member] : value.as_object()) {
    const Json* property = properties == nullptr ? nullptr : properties->Find(name);
    if (property == nullptr && others != nullptr && others->is_bool()) continue;
    if (property == nullptr) property = others;
    if (property == nullptr) return place + "." + name + " is not described";
    std::string faults = SchemaFaults(*property, member, place + "." + name);
    if (!faults.empty()) return faults;
  }
  if (const Json* required = schema.Find("required")) {
    for (const Json& name : required->as_array()) {
      if (value.Find(name.as_string()) == nullptr) {
        return place + " lacks " + name.as_string();
      }
    }
  }
  return "";
}

std::set<std::pair<std::string, std::string>> OpenApiCheck::Operations() const {
  std::set<std::pair<std::string, std::string>> operations;
  for (const auto& [method, path] : router_.Patterns()) operations.emplace(method, path);
  return operations;
}

void OpenApiCheck::CollectMissing(const Json& node, std::set<std::string>& missing) const {
  if (node.is_array()) {
    for (const Json& element : node.as_array()) CollectMissing(element, missing);
  }
  if (!node.is_object()) return;
  for (const auto& [name, member] : node.as_object()) {
    bool reference = name == "$ref" && member.is_string();
    if (reference && Resolve(member.as_string()) == nullptr) missing.insert(member.as_string());
    CollectMissing(member, missing);
  }
}

std::set<std::string> OpenApiCheck::MissingSchemas() const {
  std::set<std::string> missing;
  CollectMissing(document_, missing);
  return missing;
}

}  // namespace penstock::kfp
