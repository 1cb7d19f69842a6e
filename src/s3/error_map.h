// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::s3 {

// A failure as S3 clients see it.
struct WireError {
  int status;
  std::string code;
  std::string message;
};

// The only place where errors get their wire codes: by an S3 code in Error::reason(), by a reason
// of store/ or net/, or by Error::code(). Messages of internal errors are replaced by a general
// one, since they may name files of ours; log them.
WireError ToWireError(const base::Error& error);

// return Refuse(code::kInvalidPart, "..."): an error with a code of error_codes.h. An empty message
// becomes the usual one of that code.
tl::unexpected<base::Error> Refuse(std::string_view wire_code, std::string message = "");

}  // namespace penstock::s3
