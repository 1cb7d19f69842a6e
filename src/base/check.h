// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace penstock::base {
// Prints the failed condition with its place and aborts.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}  // namespace penstock::base

// An invariant of ours. Always on: going on with a broken invariant could lose data.
#define PENSTOCK_CHECK(condition)     \
  ((condition) ? static_cast<void>(0) \
               : ::penstock::base::CheckFailed(#condition, __FILE__, __LINE__))
