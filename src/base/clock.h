// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::base {

// Wall-clock time, UTC, in microseconds since 1970.
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

// Where the time comes from; passed by constructor so that tests can skew it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time Now() const override;
};

// A clock that moves only when told to.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Time start = Time{}) : now_(start) {}
  Time Now() const override;
  void Advance(Duration by);
  void Set(Time now);

 private:
  mutable std::mutex mutex_;
  Time now_;
};

// "2026-11-23T08:09:10Z", with a fraction of 3 or 6 digits only where there is one (RFC 3339).
std::string FormatRfc3339(Time time);
// "2026-11-23T08:09:10.123Z", always three digits, as S3 XML writes dates.
std::string FormatIso8601Millis(Time time);
// "Mon, 23 Nov 2026 08:09:10 GMT" (RFC 9110 section 5.6.7).
std::string FormatHttpDate(Time time);
// "20261123T080910Z", as SigV4 writes dates.
std::string FormatAmzDate(Time time);

Result<Time> ParseRfc3339(std::string_view text);   // any offset, any fraction
Result<Time> ParseHttpDate(std::string_view text);  // IMF-fixdate only
Result<Time> ParseAmzDate(std::string_view text);

inline int64_t ToMicros(Time time) { return time.time_since_epoch().count(); }
inline Time FromMicros(int64_t micros) { return Time(Duration(micros)); }

}  // namespace penstock::base
