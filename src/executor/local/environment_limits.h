// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace penstock::executor {

// How much environments that nobody uses may take, and for how long.
struct EnvironmentLimits {
  std::optional<uint64_t> bytes;             // with the downloads that are kept
  std::optional<std::chrono::seconds> idle;  // since the last use
};

}  // namespace penstock::executor
