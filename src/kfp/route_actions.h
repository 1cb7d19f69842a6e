// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace penstock::kfp {

// Instead of an action: for everybody, signed in or not; and for everybody who is signed in.
inline constexpr std::string_view kForAll = "";
inline constexpr std::string_view kForSignedIn = "signed-in";

// Granted to monitoring in other ways, too (ApiAccess::MayReadMetrics).
inline constexpr std::string_view kReadMetrics = "pipelines:ReadMetrics";

struct RouteAction {
  std::string_view method;
  std::string_view pattern;  // as the router has it
  std::string_view action;   // "pipelines:ReadRuns", as policies name it; or one of the above
};

// The one place that says what a route asks of its callers. Nothing where it is not listed: then
// nobody may use it where there is sign-in. The method is in any case.
std::optional<std::string_view> ActionOf(std::string_view method, std::string_view pattern);

const std::vector<RouteAction>& AllRouteActions();
// Every action that policies may name, sorted.
std::vector<std::string_view> AllActions();

}  // namespace penstock::kfp
