// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "inventory/inventory_rule.h"
#include "store/object_store.h"

namespace penstock::inventory {

struct ReportLimits {
  uint64_t rows_per_file = 1'000'000;
};

// Writes a report of the bucket into the rule's destination: under
// PREFIX/BUCKET/ID/data/ the data, then under PREFIX/BUCKET/ID/TIME/ the manifest.json and its
// checksum. Gives the manifest's key. kCancelled once `stopped` says so.
base::Result<std::string> WriteReport(store::ObjectStore& store, const std::string& bucket,
                                      const InventoryRule& rule, base::Time now,
                                      base::Random& random, const std::function<bool()>& stopped,
                                      const ReportLimits& limits = {});

}  // namespace penstock::inventory
