// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/lifecycle_rules.h"

// The XML in which clients write lifecycle rules (Amazon S3 API, PutBucketLifecycleConfiguration).
// Pure.
namespace penstock::s3 {

inline constexpr size_t kMaxLifecycleRules = 1000;

// The rules of a document. Refusals carry S3's codes: MalformedXML for what is not in the schema,
// InvalidArgument and InvalidRequest for values that cannot be, NotImplemented for transitions to
// storage classes.
base::Result<store::LifecycleRules> ParseLifecycle(std::string_view xml);

// The document as it is kept and told again: as it came, but that every rule has an ID. Fails as
// ParseLifecycle.
base::Result<std::string> CompleteLifecycle(std::string_view xml);

}  // namespace penstock::s3
