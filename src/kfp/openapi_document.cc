// SPDX-License-Identifier: Apache-2.0
#include "kfp/openapi_document.h"

#include <optional>
#include <string>
#include <utility>

#include "iam/web_sessions.h"
#include "kfp/route_actions.h"
#include "text/yaml.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

constexpr std::string_view kSchemas = "#/components/schemas/";

std::optional<Json> PrimitiveSchema(std::string_view type) {
  static const std::map<std::string_view, Json::Object> kPrimitives = {
      {"string", {{"type", "string"}}},
      {"bool", {{"type", "boolean"}}},
      {"int32", {{"type", "integer"}, {"format", "int32"}}},
      {"int64", {{"type", "string"}, {"format", "int64"}, {"pattern", "^-?[0-9]+$"}}},
      {"number", {{"type", "number"}}},
      {"time", {{"type", "string"}, {"format", "date-time"}}},
      {"any", {}},
      {"struct", {{"type", "object"}, {"additionalProperties", true}}},
      {"bytes", {{"type", "string"}, {"format", "byte"}}},
  };
  auto found = kPrimitives.find(type);
  if (found == kPrimitives.end()) return std::nullopt;
  return Json(found->second);
}

Json TypeSchema(std::string_view type) {
  constexpr std::string_view kList = "list of ";
  constexpr std::string_view kMap = "map of ";
  if (type.starts_with(kList)) {
    return Json::Object{{"type", "array"}, {"items", TypeSchema(type.substr(kList.size()))}};
  }
  if (type.starts_with(kMap)) {
    return Json::Object{{"type", "object"},
                        {"additionalProperties", TypeSchema(type.substr(kMap.size()))}};
  }
  if (auto primitive = PrimitiveSchema(type)) return *std::move(primitive);
  return Json::Object{{"$ref", std::string(kSchemas).append(type)}};
}

struct Field {
  Json schema;
  std::string description;
  bool required = false;
};

Field ParseField(std::string_view text) {
  Field field;
  constexpr std::string_view kDescribed = " -- ";
  if (size_t at = text.find(kDescribed); at != std::string_view::npos) {
    field.description = text.substr(at + kDescribed.size());
    text = text.substr(0, at);
  }
  field.required = text.ends_with('!');
  if (field.required) text.remove_suffix(1);
  field.schema = TypeSchema(text);
  return field;
}

Json ObjectSchema(const Json::Object& fields) {
  Json schema;
  schema["type"] = "object";
  schema["properties"] = Json(Json::Object());
  for (const auto& [name, text] : fields) {
    Field field = ParseField(text.as_string());
    if (!field.description.empty()) field.schema["description"] = field.description;
    if (field.required) schema["required"].Append(name);
    schema["properties"][name] = std::move(field.schema);
  }
  return schema;
}

Json NamedSchema(const Json& definition) {
  if (!definition.is_array()) return ObjectSchema(definition.as_object());
  Json schema;
  schema["type"] = "string";
  schema["enum"] = definition;
  return schema;
}

Json Parameter(std::string_view name, std::string_view place, std::string_view text) {
  Field field = ParseField(text);
  Json parameter;
  parameter["name"] = name;
  parameter["in"] = place;
  if (field.required) parameter["required"] = true;
  if (!field.description.empty()) parameter["description"] = field.description;
  parameter["schema"] = std::move(field.schema);
  return parameter;
}

// What is in braces in the path.
void AddPathParameters(Json& operation, std::string_view path) {
  size_t begin;
  while ((begin = path.find('{')) != std::string_view::npos) {
    size_t end = path.find('}', begin);
    operation["parameters"].Append(
        Parameter(path.substr(begin + 1, end - begin - 1), "path", "string!"));
    path.remove_prefix(end + 1);
  }
}

void AddListParameters(Json& operation) {
  for (auto [name, text] : {
           std::pair{"page_token", "string -- next_page_token of the page before"},
           std::pair{"page_size", "int32 -- 20 where it is 0, and at most 200"},
           std::pair{"sort_by", "string -- a field, then asc or desc"},
           std::pair{"filter", "string -- JSON {\"predicates\": [{operation, key, string_value}]}"},
       }) {
    operation["parameters"].Append(Parameter(name, "query", text));
  }
}

Json Content(std::string_view type) {
  Json content;
  if (type == "multipart/form-data") {
    Json file = Json::Object{{"type", "string"}, {"contentMediaType", "application/octet-stream"}};
    content[type]["schema"] = Json::Object{
        {"type", "object"}, {"properties", Json::Object{{"uploadfile", std::move(file)}}}};
  } else if (type.find('/') != std::string_view::npos) {
    content[type] = Json(Json::Object());
  } else {
    content["application/json"]["schema"] = TypeSchema(type);
  }
  return content;
}

Json Answers(const Json& written) {
  Json answers;
  answers["200"]["description"] = "done";
  answers["200"]["content"] = Content(written.StringOr("answer", "Empty"));
  answers["default"]["description"] = "an error";
  const std::string errors = written.StringOr("errors", "Status");
  answers["default"]["content"] = Content(errors);
  // Refused before anything is read, whatever form it has later.
  if (errors != "Status") {
    answers["401"]["description"] = "not signed in";
    answers["401"]["content"] = Content("Status");
    answers["403"]["description"] = "not allowed";
    answers["403"]["content"] = Content("Status");
  }
  return answers;
}

// What it takes to be let in, where the server asks for that.
void AddAccess(Json& operation, std::string_view method, std::string_view path) {
  auto action = ActionOf(method, path);
  if (!action || *action == kForAll) {
    operation["security"] = Json::Array{};
  } else if (*action != kForSignedIn) {
    operation["x-penstock-action"] = *action;
  }
}

Json Operation(std::string_view method, std::string_view path, std::string_view resource,
               const Json& written) {
  Json operation;
  operation["operationId"] = written.StringOr("id", "");
  operation["summary"] = written.StringOr("summary", "");
  operation["tags"].Append(resource);
  AddAccess(operation, method, path);
  AddPathParameters(operation, path);
  if (written.BoolOr("list", false)) AddListParameters(operation);
  if (const Json* query = written.Find("query")) {
    for (const auto& [name, text] : query->as_object()) {
      operation["parameters"].Append(Parameter(name, "query", text.as_string()));
    }
  }
  if (std::string body = written.StringOr("body", ""); !body.empty()) {
    operation["requestBody"]["content"] = Content(body);
  }
  operation["responses"] = Answers(written);
  return operation;
}

// "/apis/v2beta1/runs/{run_id}" is about runs.
std::string_view ResourceOf(std::string_view path) {
  constexpr std::string_view kApis = "/apis/";
  if (!path.starts_with(kApis)) return "server";
  path.remove_prefix(kApis.size());
  path.remove_prefix(std::min(path.find('/'), path.size() - 1) + 1);
  return path.substr(0, path.find_first_of("/:"));
}

Status AddText(Json& document, std::string_view yaml) {
  PENSTOCK_TRY(auto documents, text::ParseYaml(yaml));
  if (documents.size() != 1) return Fail(Code::kInternal, "a part of the API's description");
  if (const Json* paths = documents[0].Find("paths")) {
    for (const auto& [path, methods] : paths->as_object()) {
      for (const auto& [method, written] : methods.as_object()) {
        document["paths"][path][method] = Operation(method, path, ResourceOf(path), written);
      }
    }
  }
  if (const Json* schemas = documents[0].Find("schemas")) {
    for (const auto& [name, definition] : schemas->as_object()) {
      document["components"]["schemas"][name] = NamedSchema(definition);
    }
  }
  return {};
}

// Both ways to sign in, and neither where the server does not ask (`{}`).
void AddSecurity(Json& document) {
  Json& schemes = document["components"]["securitySchemes"];
  schemes["bearer"] = Json::Object{{"type", "http"}, {"scheme", "bearer"}};
  schemes["browser"] = Json::Object{
      {"type", "apiKey"}, {"in", "cookie"}, {"name", std::string(iam::kSessionCookie)}};
  document["security"].Append(Json::Object{});
  document["security"].Append(Json::Object{{"bearer", Json::Array{}}});
  document["security"].Append(Json::Object{{"browser", Json::Array{}}});
}

}  // namespace

Result<Json> BuildOpenApi(const std::vector<std::string_view>& texts, std::string_view version) {
  Json document;
  document["openapi"] = "3.1.0";
  document["info"]["title"] = "Penstock";
  document["info"]["version"] = version;
  document["info"]["description"] =
      "The Kubeflow Pipelines API v2beta1, and what Penstock has beyond it. Fields that are zero "
      "or empty are left out of answers; requests may write field names in snake_case or "
      "camelCase.";
  AddSecurity(document);
  for (std::string_view text : texts) PENSTOCK_RETURN_IF_ERROR(AddText(document, text));
  return document;
}

}  // namespace penstock::kfp
