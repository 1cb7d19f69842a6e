// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace penstock::keys {

// The ring as it is kept: JSON, {"format": 1, "master": id, "default": name, "keys": [{"name",
// "enabled", "versions": [{"created", "sealed"}]}]}; times in RFC 3339, sealed keys in base64.
struct SealedRing {
  struct Version {
    base::Time created_at;
    std::string sealed;
  };
  struct Key {
    std::string name;
    bool enabled = true;
    std::vector<Version> versions;  // number 1 first
  };

  std::string master_id;
  std::string default_name;
  std::vector<Key> keys;
};

std::string FormatRing(const SealedRing& ring);
// kDataLoss where it is not such a text; kFailedPrecondition where its format is a later one.
base::Result<SealedRing> ParseRing(std::string_view text);

}  // namespace penstock::keys
