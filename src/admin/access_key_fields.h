// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "admin/fields.h"
#include "base/clock.h"
#include "iam/service_accounts.h"

namespace penstock::admin {

// What a body says of a new access key: user, name, description, policy, expires_at.
base::Result<iam::NewServiceAccount> ReadAccessKeyFields(Fields& fields);

// Nothing where it is absent or "".
base::Result<std::optional<base::Time>> ReadTime(Fields& fields, std::string_view name);

// Without its secret.
text::Json DescribeAccessKey(const iam::ServiceAccount& account);

}  // namespace penstock::admin
