// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "inventory/inventory_rule.h"
#include "store/object_types.h"

namespace penstock::inventory {

// "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size": the columns, as a manifest names them.
std::string ReportSchema(const InventoryRule& rule);

// A line of CSV with all values in quotes; keys are percent-encoded, as in AWS's reports. Ends with
// a line feed.
std::string ReportRow(std::string_view bucket, const store::ObjectInfo& version,
                      const InventoryRule& rule);

}  // namespace penstock::inventory
