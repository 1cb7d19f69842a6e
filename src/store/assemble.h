// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/object_store.h"
#include "store/records.h"

namespace penstock::store {

// What an upload's chosen parts make together, without a byte being copied.
struct Assembled {
  uint64_t size = 0;
  std::string etag;
  std::vector<ObjectChecksum> checksums;
  ContentRecord content;
};

// Checks the choice against the parts that were put: bad_part_order, bad_part, part_too_small.
base::Result<Assembled> AssembleParts(const std::map<int, PartRecord>& put,
                                      const std::vector<CompletedPart>& chosen);

// The ETag of an object of these parts: the MD5 of their MD5s and their number. Nothing where an
// ETag is not an MD5.
std::optional<std::string> MultipartEtag(const std::vector<CompletedPart>& parts);

}  // namespace penstock::store
