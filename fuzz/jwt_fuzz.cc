// SPDX-License-Identifier: Apache-2.0
// A token on the first line, a key set on the others.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "iam/jwt.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace iam = penstock::iam;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t end = text.find('\n');
  auto token = iam::ParseJwt(text.substr(0, end));
  if (token) PENSTOCK_CHECK(token->claims.is_object());
  if (end == std::string_view::npos) return 0;
  auto keys = iam::JwtKeys::Parse(text.substr(end + 1));
  if (token && keys) (void)keys->Verify(*token);
  return 0;
}
