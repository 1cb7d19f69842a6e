// SPDX-License-Identifier: Apache-2.0
#include "kfp/environments.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/environments.h"
#include "kfp/json_routes.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

Result<engine::Environments*> Kept(Backend& backend) {
  if (engine::Environments* kept = engine::EnvironmentsOf(backend.executor)) return kept;
  return Fail(Code::kUnimplemented, "This server keeps no environments");
}

Json Texts(const std::vector<std::string>& texts) {
  return Json(Json::Array(texts.begin(), texts.end()));
}

Json Message(const engine::EnvironmentInfo& info) {
  Json message = EmptyMessage();
  PutText(message, "environment_id", info.id);
  PutText(message, "python", info.python);
  PutText(message, "interpreter", info.interpreter);
  if (!info.requirements.empty()) message["requirements"] = Texts(info.requirements);
  if (!info.packages.empty()) message["packages"] = Texts(info.packages);
  PutText(message, "lock_id", info.lock_id);
  message["size_bytes"] = std::to_string(info.size_bytes);
  PutTime(message, "created_at", info.created_at);
  PutTime(message, "last_used_at", info.last_used_at);
  if (info.in_use) message["in_use"] = true;
  return message;
}

Result<Json> List(Backend& backend, Call&) {
  PENSTOCK_TRY(engine::Environments * kept, Kept(backend));
  Json message = EmptyMessage();
  for (const engine::EnvironmentInfo& info : kept->List()) {
    message["environments"].Append(Message(info));
  }
  const engine::EnvironmentUsage usage = kept->Usage();
  if (usage.total_bytes) message["total_bytes"] = std::to_string(*usage.total_bytes);
  if (usage.limit_bytes) message["limit_bytes"] = std::to_string(*usage.limit_bytes);
  return message;
}

Result<Json> Get(Backend& backend, Call& call) {
  PENSTOCK_TRY(engine::Environments * kept, Kept(backend));
  const std::vector<engine::EnvironmentInfo> list = kept->List();
  auto found = std::ranges::find(list, call.Param("environment_id"), &engine::EnvironmentInfo::id);
  if (found != list.end()) return Message(*found);
  return Fail(Code::kNotFound, "There is no environment '" + call.Param("environment_id") + "'");
}

Result<Json> Delete(Backend& backend, Call& call) {
  PENSTOCK_TRY(engine::Environments * kept, Kept(backend));
  PENSTOCK_RETURN_IF_ERROR(kept->Remove(call.Param("environment_id")));
  return EmptyMessage();
}

Result<Json> GetLock(Backend& backend, Call& call) {
  PENSTOCK_TRY(engine::Environments * kept, Kept(backend));
  PENSTOCK_TRY(std::string text, kept->Lock(call.Param("lock_id")));
  Json message = EmptyMessage();
  PutText(message, "lock_id", call.Param("lock_id"));
  PutText(message, "text", text);
  return message;
}

}  // namespace

void AddEnvironmentRoutes(Router& router, Backend& backend) {
  JsonRoutes routes(router, backend);
  const std::string all = "/apis/v2beta1/environments";
  routes.Add("GET", all, "Failed to list environments", List);
  routes.Add("GET", all + "/{environment_id}", "Failed to get an environment", Get);
  routes.Add("DELETE", all + "/{environment_id}", "Failed to remove an environment", Delete);
  routes.Add("GET", "/apis/v2beta1/environment_locks/{lock_id}", "Failed to get a lock", GetLock);
}

}  // namespace penstock::kfp
