// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace penstock::store {

enum class RetentionMode : uint8_t {
  kNone = 0,
  kGovernance = 1,  // may be lifted by whoever has that permission
  kCompliance = 2,  // lifted by nobody, the root included; may only be prolonged
};

// Until when a version cannot be removed or replaced. Times count as of the server's clock.
struct Retention {
  RetentionMode mode = RetentionMode::kNone;
  base::Time until;

  bool operator==(const Retention&) const = default;
};

// What new versions of a bucket get where their writer says nothing. One of days and years is 0.
struct DefaultRetention {
  RetentionMode mode = RetentionMode::kGovernance;
  int days = 0;
  int years = 0;

  bool operator==(const DefaultRetention&) const = default;
};

}  // namespace penstock::store
