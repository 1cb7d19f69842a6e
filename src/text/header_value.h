// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::text {

// A field value with parameters: `form-data; name="a"; filename="b.yaml"`.
struct HeaderValue {
  std::string value;                                            // lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names lower case, unquoted

  // The first parameter of that name, or nullptr.
  const std::string* Find(std::string_view name) const;
};

// kInvalidArgument where the text is not of this form (RFC 9110 section 5.6.6).
base::Result<HeaderValue> ParseHeaderValue(std::string_view text);

// The file name in the Content-Disposition of a form's part, without any folders before it; ""
// where there is none. An encoded one (filename*=utf-8''na%C3%AFve.txt) goes before a plain one.
std::string FormFilename(const HeaderValue& disposition);

}  // namespace penstock::text
