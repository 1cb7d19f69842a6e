// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::kfp {

struct FormPart {
  std::string name;
  std::string filename;      // as sent, without any folders before it; "" where there is none
  std::string_view content;  // points into the body
};

// Takes a multipart/form-data body apart (RFC 7578, RFC 2046 section 5.1). Strict: CRLF line ends,
// nothing before the first boundary, a closing boundary, a name for every part. Every error is
// kInvalidArgument.
base::Result<std::vector<FormPart>> ParseMultipartForm(std::string_view content_type,
                                                       std::string_view body);

}  // namespace penstock::kfp
