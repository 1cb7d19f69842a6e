// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace penstock::server {

// The first line of the file, of at least 16 characters; "" where no file is named.
base::Result<std::string> LoadMetricsToken(const std::string& file);

}  // namespace penstock::server
