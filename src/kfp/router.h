// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kfp/call.h"

namespace penstock::kfp {

// Finds the action for a method and a path. Patterns are "/runs/{run_id}:terminate": a segment is
// literal or, in braces, any non-empty text; the last may have a verb behind a colon. Where several
// match, the first added wins. Filled once, then read from many threads.
class Router {
 public:
  void Add(std::string_view method, std::string_view pattern, Action action);

  struct Match {
    const Action* action;
    std::string_view method;                                 // as it was added: GET for HEAD
    std::string_view pattern;                                // as it was added
    std::map<std::string, std::string, std::less<>> params;  // percent-decoded
  };
  // `path` as it came, percent-encoded. HEAD finds what GET would. kNotFound: no such path;
  // kUnimplemented: the path is known, but not with this method or verb; kInvalidArgument: a wrong
  // percent escape.
  base::Result<Match> Find(std::string_view method, std::string_view path) const;

  // Every method and pattern, in the order in which they were added.
  std::vector<std::pair<std::string, std::string>> Patterns() const;

  // The methods that the path takes, as an Allow field has them: "GET, HEAD, OPTIONS"; "" where the
  // path is unknown.
  std::string AllowedMethods(std::string_view path) const;

 private:
  struct Segment {
    std::string text;  // the literal, or the parameter's name
    bool is_param;
  };
  struct Route {
    std::string method;
    std::vector<Segment> segments;
    std::string verb;
    std::string pattern;
    Action action;
  };
  static bool Matches(const Route& route, const std::vector<std::string_view>& segments);

  std::vector<Route> routes_;
};

}  // namespace penstock::kfp
