// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "text/json.h"

namespace penstock::cli {

// The word itself, or for "-" the first line of standard input: what stands on a command line can
// be seen by everybody on the machine.
base::Result<std::string> ReadSecret(const std::string& word);

// A JSON file, or standard input for "-".
base::Result<text::Json> ReadJsonFile(const std::string& path);

// When something ends: "90d", "12h", "30m" from now on, a time like 2027-01-31T00:00:00Z, or
// nothing for "never". kInvalidArgument for anything else.
base::Result<std::optional<base::Time>> ReadExpiry(std::string_view text, base::Time now);

}  // namespace penstock::cli
