// SPDX-License-Identifier: Apache-2.0
#include "s3/operations/operations.h"

namespace penstock::s3 {

// The oldest region is written as nothing.
base::Status GetBucketLocation(Call& call) {
  PENSTOCK_RETURN_IF_ERROR(call.store.GetBucket(call.bucket()));
  const std::string& region = call.options.region;
  text::XmlWriter xml;
  if (region.empty() || region == "us-east-1") {
    xml.Open("LocationConstraint", kXmlns);
  } else {
    xml.Text("LocationConstraint", region);
  }
  return SendXml(call, xml);
}

}  // namespace penstock::s3
