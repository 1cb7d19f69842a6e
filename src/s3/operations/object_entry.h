// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "s3/listing_query.h"
#include "store/object_store.h"
#include "text/xml.h"

namespace penstock::s3 {

// Key, LastModified, ETag, checksum algorithm, Size and StorageClass, as all listings of objects
// write them.
void WriteObjectFields(const store::ObjectInfo& info, const ListingQuery& listing,
                       text::XmlWriter& xml);

}  // namespace penstock::s3
