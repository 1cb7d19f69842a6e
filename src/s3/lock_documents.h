// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/object_lock.h"

// The XML bodies about object lock. All fail with MalformedXML where they are not what they should
// be, and with finer codes where a value is refused.
namespace penstock::s3 {

inline constexpr size_t kMaxLockXmlBytes = size_t{16} << 10;

// <ObjectLockConfiguration>: the default retention, where a rule names one. InvalidRetentionPeriod
// where it is not between a day and a hundred years.
base::Result<std::optional<store::DefaultRetention>> ParseLockConfiguration(std::string_view xml);

// <Retention>; an empty one (mode kNone) takes the retention away. InvalidArgument where the date
// has passed.
base::Result<store::Retention> ParseRetention(std::string_view xml, base::Time now);

// <LegalHold>: whether it is on.
base::Result<bool> ParseLegalHold(std::string_view xml);

}  // namespace penstock::s3
