// SPDX-License-Identifier: Apache-2.0
#include "kfp/permissions.h"

#include "kfp/api_access.h"
#include "kfp/json_routes.h"
#include "kfp/message_writer.h"
#include "kfp/route_actions.h"

namespace penstock::kfp {
namespace {

base::Result<text::Json> Get(Backend& backend, Call& call) {
  std::vector<std::string_view> actions = AllActions();
  text::Json message = EmptyMessage();
  if (backend.options.access != nullptr) {
    message["sign_in_required"] = true;
    PutText(message, "access_key", call.caller->key.access_key);
    PutText(message, "user", CallerName(*call.caller));
    actions = backend.options.access->Allowed(*call.caller, actions, call.request);
  }
  message["permissions"] = text::Json::Array{};
  for (std::string_view action : actions) message["permissions"].Append(action);
  return message;
}

}  // namespace

void AddPermissionsRoute(Router& router, Backend& backend) {
  JsonRoutes(router, backend)
      .Add("GET", "/apis/v2beta1/permissions", "Failed to tell what is allowed", Get);
}

}  // namespace penstock::kfp
