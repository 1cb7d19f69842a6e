// SPDX-License-Identifier: Apache-2.0
#include "kfp/router.h"

#include <set>

#include "text/url.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

struct PathParts {
  std::vector<std::string_view> segments;
  std::string_view verb;  // behind the last colon of the last segment, where there is one
};

PathParts Split(std::string_view path) {
  PathParts parts;
  size_t slash = path.rfind('/');
  size_t colon = path.rfind(':');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    parts.verb = path.substr(colon + 1);
    path = path.substr(0, colon);
  }
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    size_t end = std::min(path.find('/'), path.size());
    parts.segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool Serves(std::string_view route_method, std::string_view method) {
  return route_method == method || (method == "HEAD" && route_method == "GET");
}

}  // namespace

void Router::Add(std::string_view method, std::string_view pattern, Action action) {
  PathParts parts = Split(pattern);
  Route route{
      std::string(method), {}, std::string(parts.verb), std::string(pattern), std::move(action)};
  for (std::string_view segment : parts.segments) {
    bool is_param = segment.starts_with('{') && segment.ends_with('}');
    if (is_param) segment = segment.substr(1, segment.size() - 2);
    route.segments.push_back({std::string(segment), is_param});
  }
  routes_.push_back(std::move(route));
}

bool Router::Matches(const Route& route, const std::vector<std::string_view>& segments) {
  if (route.segments.size() != segments.size()) return false;
  for (size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = route.segments[i];
    if (segment.is_param ? segments[i].empty() : segment.text != segments[i]) return false;
  }
  return true;
}

Result<Router::Match> Router::Find(std::string_view method, std::string_view path) const {
  if (!path.starts_with('/')) return Fail(Code::kNotFound, "Not Found");
  PathParts parts = Split(path);
  bool known = false;
  for (const Route& route : routes_) {
    if (!Matches(route, parts.segments)) continue;
    known = true;
    if (!Serves(route.method, method) || route.verb != parts.verb) continue;
    Match match{&route.action, route.method, route.pattern, {}};
    for (size_t i = 0; i < parts.segments.size(); ++i) {
      if (!route.segments[i].is_param) continue;
      PENSTOCK_TRY(match.params[route.segments[i].text], text::PercentDecode(parts.segments[i]));
    }
    return match;
  }
  if (known) return Fail(Code::kUnimplemented, "Method Not Allowed");
  return Fail(Code::kNotFound, "Not Found");
}

std::vector<std::pair<std::string, std::string>> Router::Patterns() const {
  std::vector<std::pair<std::string, std::string>> patterns;
  for (const Route& route : routes_) patterns.emplace_back(route.method, route.pattern);
  return patterns;
}

std::string Router::AllowedMethods(std::string_view path) const {
  if (!path.starts_with('/')) return "";
  PathParts parts = Split(path);
  std::set<std::string> methods;
  for (const Route& route : routes_) {
    if (!Matches(route, parts.segments) || route.verb != parts.verb) continue;
    methods.insert(route.method);
    if (route.method == "GET") methods.insert("HEAD");
  }
  if (methods.empty()) return "";
  methods.insert("OPTIONS");
  std::string list;
  for (const std::string& method : methods) {
    list += (list.empty() ? "" : ", ") + method;
  }
  return list;
}

}  // namespace penstock::kfp
