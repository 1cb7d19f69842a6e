// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "admin/call.h"
#include "base/result.h"

namespace penstock::admin {

inline constexpr std::string_view kPathPrefix = "/penstock/admin/v1";

// A pattern is "/users/{access_key}/policies": a segment is literal or, in braces, any text.
struct Route {
  std::string_view method;
  std::string_view pattern;
  // The action that a policy must allow, "admin:CreateUser"; "" where keys of any sort will do.
  std::string_view permission;
  Action action;
  StreamAction stream = nullptr;  // in the place of an action
};

struct RouteMatch {
  const Route* route;
  std::map<std::string, std::string, std::less<>> params;  // percent-decoded
};

// `path` as it came, percent-encoded, with the prefix. kNotFound: no such path; kUnimplemented: not
// with this method; kInvalidArgument: a wrong percent escape.
base::Result<RouteMatch> FindRoute(std::string_view method, std::string_view path);

// All permissions there are, some of them several times, and whether they are asked of a bucket.
void ForEachPermission(const std::function<void(std::string_view permission, bool of_bucket)>& see);

}  // namespace penstock::admin
