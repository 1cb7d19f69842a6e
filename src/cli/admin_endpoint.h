// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "admin/client.h"
#include "base/result.h"

namespace penstock::cli {

// The value of an environment variable, or nothing where it is unset or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment ProcessEnvironment();

// Which server to ask, and with which keys: options first, then PENSTOCK_S3_URL, PENSTOCK_CA,
// PENSTOCK_ROOT_USER and PENSTOCK_ROOT_PASSWORD (or MINIO_ROOT_USER and MINIO_ROOT_PASSWORD), then
// the server's address on this machine. `data_dir` is a server's, whose root-keys.json is read; ""
// for none. kInvalidArgument where there are no keys, saying how to give them.
base::Result<admin::ClientOptions> FindEndpoint(const std::string& url, const std::string& ca_file,
                                                const std::string& data_dir,
                                                const Environment& environment);

}  // namespace penstock::cli
