// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "inventory/inventory_rule.h"
#include "text/xml.h"

// The XML in which clients ask for inventory reports (Amazon S3 API, InventoryConfiguration). Pure.
namespace penstock::s3 {

namespace code {
inline constexpr std::string_view kInvalidS3DestinationBucket = "InvalidS3DestinationBucket";
inline constexpr std::string_view kNoSuchConfiguration = "NoSuchConfiguration";
}  // namespace code

// Refusals carry S3's codes: MalformedXML for what is not in the schema, InvalidArgument for values
// that cannot be, NotImplemented for formats and columns that are not offered.
base::Result<inventory::InventoryRule> ParseInventory(std::string_view xml);

// <InventoryConfiguration>, in a document of its own (with a namespace) or in a list.
void WriteInventory(const inventory::InventoryRule& rule, std::string_view xmlns,
                    text::XmlWriter& xml);

}  // namespace penstock::s3
