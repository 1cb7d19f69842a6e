// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "base/error.h"

namespace penstock::base {

// A value or the reason why there is none. All expected failures travel this way; nothing of ours
// throws.
template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

// return Fail(Code::kNotFound, "no bucket named 'x'");
inline tl::unexpected<Error> Fail(Code code, std::string message) {
  return tl::make_unexpected(Error(code, std::move(message)));
}
inline tl::unexpected<Error> Fail(Code code, std::string_view reason, std::string message) {
  return tl::make_unexpected(Error(code, reason, std::move(message)));
}
inline tl::unexpected<Error> Fail(Error error) { return tl::make_unexpected(std::move(error)); }

}  // namespace penstock::base

#define PENSTOCK_CONCAT_INNER(a, b) a##b
#define PENSTOCK_CONCAT(a, b) PENSTOCK_CONCAT_INNER(a, b)

// PENSTOCK_TRY(auto size, file.Size()): takes the value, or returns the error from this function.
#define PENSTOCK_TRY(declaration, expression) \
  PENSTOCK_TRY_INNER(PENSTOCK_CONCAT(penstock_result_, __LINE__), declaration, expression)
#define PENSTOCK_TRY_INNER(result, declaration, expression)              \
  auto result = (expression);                                            \
  if (!result) return ::penstock::base::Fail(std::move(result).error()); \
  declaration = std::move(*result)

// PENSTOCK_RETURN_IF_ERROR(file.Sync()): returns the error, if any.
#define PENSTOCK_RETURN_IF_ERROR(expression)                                                 \
  do {                                                                                       \
    auto penstock_status = (expression);                                                     \
    if (!penstock_status) return ::penstock::base::Fail(std::move(penstock_status).error()); \
  } while (false)
