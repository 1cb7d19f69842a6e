// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace penstock::store {

// Begins with the upload's number, so that ids are never used twice and those of a key sort by age;
// the rest cannot be guessed.
std::string MakeUploadId(uint64_t number, base::Random& random);

// The number in an id; nothing where it is not one.
std::optional<uint64_t> NumberOfUploadId(std::string_view id);

}  // namespace penstock::store
