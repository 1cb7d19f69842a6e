// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "iam/principal.h"

namespace penstock::iam {

// The cookie that holds a session's id.
inline constexpr std::string_view kSessionCookie = "penstock-session";

// Browsers that are signed in: their temporary keys, by a random id that only the browser's cookie
// knows. In memory only, so that a restart signs everybody out (the keys themselves go on until
// they expire). Bounded: of too many, those that end first are forgotten. Thread-safe.
class WebSessions {
 public:
  static constexpr size_t kMost = 10'000;

  // Both must outlive it.
  WebSessions(const base::Clock& clock, base::Random& random) : clock_(clock), random_(random) {}

  // The id of a new session. The keys must be some that expire.
  std::string Add(PrincipalPtr keys);
  // Null where there is none, or it has ended.
  PrincipalPtr Find(std::string_view id) const;
  void Remove(std::string_view id);

 private:
  const base::Clock& clock_;
  base::Random& random_;
  mutable std::mutex mutex_;
  std::map<std::string, PrincipalPtr, std::less<>> sessions_;
  std::multimap<base::Time, std::string> by_end_;
};

}  // namespace penstock::iam
