// SPDX-License-Identifier: Apache-2.0
#include "kfp/named_values_routes.h"

#include <utility>

#include "engine/named_values.h"
#include "kfp/json_routes.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using engine::NamedKind;
using engine::ValueMap;
using text::Json;

Result<engine::NamedValues*> Values(Backend& backend) {
  if (backend.options.named_values != nullptr) return backend.options.named_values;
  return Fail(Code::kUnimplemented, "This server keeps no secrets and config maps");
}

Json Message(NamedKind kind, const std::string& name, const ValueMap& values) {
  Json message = EmptyMessage();
  PutText(message, "name", name);
  for (const auto& [key, value] : values) {
    message["keys"].Append(key);
    if (kind == NamedKind::kConfigMap) message["values"][key] = value;
  }
  return message;
}

Result<Json> Find(Backend& backend, NamedKind kind, const std::string& name) {
  PENSTOCK_TRY(engine::NamedValues * named, Values(backend));
  PENSTOCK_TRY(auto values, named->Get(kind, name));
  if (values) return Message(kind, name, *values);
  return Fail(Code::kNotFound,
              "There is no " + std::string(engine::NamedKindName(kind)) + " '" + name + "'");
}

template <NamedKind kKind>
Result<Json> List(Backend& backend, Call&) {
  PENSTOCK_TRY(engine::NamedValues * named, Values(backend));
  PENSTOCK_TRY(auto names, named->List(kKind));
  const char* member = kKind == NamedKind::kSecret ? "secrets" : "config_maps";
  Json message = EmptyMessage();
  for (const std::string& name : names) {
    auto found = Find(backend, kKind, name);
    if (!found && found.error().code() == Code::kNotFound) continue;  // just removed
    if (!found) return Fail(std::move(found).error());
    message[member].Append(*std::move(found));
  }
  return message;
}

template <NamedKind kKind>
Result<Json> Get(Backend& backend, Call& call) {
  return Find(backend, kKind, call.Param("name"));
}

// Takes the place of what is there under that name.
template <NamedKind kKind>
Result<Json> Put(Backend& backend, Call& call) {
  PENSTOCK_TRY(engine::NamedValues * named, Values(backend));
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  MessageReader reader(body, kKind == NamedKind::kSecret ? "Secret" : "ConfigMap");
  const std::string name = reader.Text("name");
  auto values = reader.TextMap("values");
  reader.IgnoreAny({"keys"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  PENSTOCK_RETURN_IF_ERROR(named->Put(kKind, name, values.value_or(ValueMap())));
  return Find(backend, kKind, name);
}

template <NamedKind kKind>
Result<Json> Delete(Backend& backend, Call& call) {
  PENSTOCK_TRY(engine::NamedValues * named, Values(backend));
  PENSTOCK_RETURN_IF_ERROR(named->Remove(kKind, call.Param("name")));
  return EmptyMessage();
}

template <NamedKind kKind>
void AddRoutes(JsonRoutes& routes, const std::string& path, const std::string& what) {
  routes.Add("GET", path, "Failed to list " + what + "s", List<kKind>);
  routes.Add("POST", path, "Failed to set a " + what, Put<kKind>);
  routes.Add("GET", path + "/{name}", "Failed to get a " + what, Get<kKind>);
  routes.Add("DELETE", path + "/{name}", "Failed to delete a " + what, Delete<kKind>);
}

}  // namespace

void AddNamedValuesRoutes(Router& router, Backend& backend) {
  JsonRoutes routes(router, backend);
  AddRoutes<NamedKind::kSecret>(routes, "/apis/v2beta1/secrets", "secret");
  AddRoutes<NamedKind::kConfigMap>(routes, "/apis/v2beta1/config_maps", "config map");
}

}  // namespace penstock::kfp
