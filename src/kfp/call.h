// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "iam/principal.h"
#include "net/http.h"
#include "text/json.h"
#include "text/url.h"

namespace penstock::kfp {

// Bodies that are specs, with what surrounds a file in a form; and all others.
inline constexpr size_t kMaxPackageBytes = size_t{32} << 20;
inline constexpr size_t kMaxMessageBytes = size_t{1} << 20;

// A request that the router has found an action for.
struct Call {
  net::Request& request;
  std::map<std::string, std::string, std::less<>> params;  // of the path, decoded, by name
  text::Query query;
  iam::PrincipalPtr caller{};  // null where the API asks for no credentials
  std::string made{};          // what it has made, for the audit log: "run ID"

  // The part of the path that the pattern names; it always has one.
  const std::string& Param(std::string_view name) const { return params.find(name)->second; }
  // The query parameter by its snake_case or camelCase name; "" where it is absent, which is the
  // same as empty.
  std::string QueryValue(std::string_view field) const;
  // The same as a truth; kInvalidArgument where it is none.
  base::Result<bool> QueryFlag(std::string_view field) const;
  // The whole body; kInvalidArgument with the remedy where it is larger than `limit`.
  base::Result<std::string> Body(size_t limit);
  // The body as a JSON message.
  base::Result<text::Json> JsonBody(size_t limit);
};

// Answers a call.
using Action = std::function<void(Call&, net::ResponseWriter&)>;

// Answers 200 with the message, or the error in the form of the protocol. `context` is what comes
// before the cause in its message: "Failed to get a run".
Action JsonAction(std::string context, std::function<base::Result<text::Json>(Call&)> body);
// The same with errors in the form that uploads have.
Action UploadAction(std::string context, std::function<base::Result<text::Json>(Call&)> body);
// For answers that are not JSON. The body starts the response itself; where it fails before that,
// the error is answered, afterwards the response is aborted.
Action StreamAction(std::string context,
                    std::function<base::Status(Call&, net::ResponseWriter&)> body);

// Sends JSON. That the peer is gone is not worth an error: there is nobody to tell.
void SendJson(net::ResponseWriter& response, int status, const text::Json& body);
void SendJsonText(net::ResponseWriter& response, int status, std::string_view body);

}  // namespace penstock::kfp
