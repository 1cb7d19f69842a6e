// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::kfp {

// The pipeline's text out of an uploaded file: the file itself where its name ends in .yaml, .yml
// or .json, otherwise from a zip or gzipped tar file (told by the first bytes) the file called
// pipeline.yaml, else its first one. kInvalidArgument says what is wrong with the file.
base::Result<std::string> ReadPackageFile(std::string_view filename, std::string_view content);

}  // namespace penstock::kfp
