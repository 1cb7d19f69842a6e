// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace penstock::schedule {

// The time in UTC as Go's layouts say it: "2006-01-02 15:04:05" is its example of itself.
std::string FormatGoLayout(base::Time time, std::string_view layout);

// The time in UTC as strftime says it: "%Y-%m-%d". What is not known is left as it is.
std::string FormatStrftime(base::Time time, std::string_view format);

}  // namespace penstock::schedule
