// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace penstock::executor {

// Kinds of warm workers that failed: none of such a kind is tried for a minute, and for twice as
// long after each further failure, up to an hour. The count begins anew when a later worker has
// proved good, or after two hours without a failure: where nobody asked for that long, any pause
// would have been over by then. Not thread-safe.
class WarmPauses {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::minutes kFirst{1}, kLongest{60}, kForgotten{120};
  // How long a worker must have been there when a task is started by it. One such task alone says
  // little: a worker that fills the disk starts tasks too.
  static constexpr std::chrono::minutes kProved{10};

  void NoteFailure(const std::string& kind, Time now);
  // A task uses a worker that was made at that time.
  void NoteUse(const std::string& kind, Time made, Time now);
  bool IsPaused(const std::string& kind, Time now) const;

 private:
  struct Failures {
    int count = 0;
    Time last;
    Time retry_at;
  };

  std::map<std::string, Failures> failures_;
};

}  // namespace penstock::executor
