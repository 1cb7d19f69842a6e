// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/operations.h"

namespace penstock::s3 {

// No status: versioning has never been enabled.
base::Status GetBucketVersioning(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.store.GetBucket(call.bucket()));
  text::XmlWriter xml;
  xml.Open("VersioningConfiguration", kXmlns);
  return SendXml(call, xml);
}

}  // namespace penstock::s3
