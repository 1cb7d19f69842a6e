// SPDX-License-Identifier: Apache-2.0
#include "base/source_file.h"

namespace penstock::base {

std::string SourceFile(std::string_view path) {
  return std::string(PENSTOCK_SOURCE_DIR "/").append(path);
}

}  // namespace penstock::base
