// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "s3/call.h"

namespace penstock::s3 {

// The bucket's setting, or the code where there is none.
base::Result<std::string> ReadSetting(Call& call, std::string_view name,
                                      std::string_view absent_code);
// Keeps the setting.
base::Status KeepSetting(Call& call, std::string_view name, std::string document);
// Takes the setting away, if it is there, and answers 204.
base::Status DeleteSetting(Call& call, std::string_view name);

}  // namespace penstock::s3
