// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "s3/access/owners.h"
#include "s3/call.h"
#include "s3/listing_query.h"
#include "store/object_store.h"
#include "text/xml.h"

namespace penstock::s3 {

// Key, LastModified, ETag, checksum algorithm, Size and StorageClass, as all listings of objects
// write them.
void WriteObjectFields(const store::ObjectInfo& info, const ListingQuery& listing,
                       text::XmlWriter& xml);

// Whether the listing is to tell metadata too (metadata=true, an extension of MinIO's).
bool WantsUserMetadata(const Call& call);
// <UserMetadata> and <UserTags>, as MinIO writes them: of objects whose metadata, and tags, the
// sender may read. The version id is empty where not versions are listed but keys.
void WriteUserMetadata(Call& call, const store::ObjectInfo& info, const std::string& version_id,
                       text::XmlWriter& xml);

// <Owner> and the like of one listing, in which neighbours mostly have the same.
class ListedOwners {
 public:
  explicit ListedOwners(const Owners& owners) : owners_(owners) {}
  void Write(std::string_view element, const std::string& stored, text::XmlWriter& xml);

 private:
  const Owners& owners_;
  std::optional<std::string> last_;
  Owner owner_;  // of last_
};

}  // namespace penstock::s3
