// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::executor {

// A Python version; -1 for what was not said.
struct Version {
  int major = 0;
  int minor = -1;
  int micro = -1;

  std::string MinorName() const {  // "3.11"
    return std::to_string(major) + "." + std::to_string(minor);
  }
};

// "3", "3.11" or "3.11.7" (a last dot is no harm); nothing for anything else.
std::optional<Version> ParseVersion(std::string_view text);

// Whether major and minor satisfy ">=3.9,<3.13": clauses of <, <=, ==, !=, >=, > and X.Y, joined by
// commas; "" is always so. kInvalidArgument where it cannot be read.
base::Result<bool> SatisfiesVersion(const Version& version, std::string_view specifiers);

}  // namespace penstock::executor
