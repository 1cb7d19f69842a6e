// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::store {

// The id that clients see of a version with that sequence: 16 hex digits in which the order of the
// sequences cannot be seen, so that nobody comes to rely on it.
std::string FormatVersionId(uint64_t sequence);

// Nothing where it is not such an id. That there is such a version it does not say.
std::optional<uint64_t> ParseVersionId(std::string_view id);

}  // namespace penstock::store
