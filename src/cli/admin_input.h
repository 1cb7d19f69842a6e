// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "text/json.h"

namespace penstock::cli {

// The word itself, or for "-" the first line of standard input: what stands on a command line can
// be seen by everybody on the machine.
base::Result<std::string> ReadSecret(const std::string& word);

// A JSON file, or standard input for "-".
base::Result<text::Json> ReadJsonFile(const std::string& path);

}  // namespace penstock::cli
