// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "iam/principal.h"

namespace penstock::iam {

// The owner of the account: its keys come from the operator and may do everything.
PrincipalPtr RootPrincipal(AccessKey key);

// The root's canonical id: the same in every installation, whatever its keys are.
std::string RootCanonicalId();
// That of a person whom an identity provider knows.
std::string WebCanonicalId(std::string_view issuer, std::string_view subject);

// "arn:aws:iam::000000000000:role/ROLE", and of one of its sessions
// "arn:aws:sts::000000000000:assumed-role/ROLE/SESSION".
std::string RoleArn(std::string_view role);
std::string SessionArn(std::string_view role, std::string_view session);

}  // namespace penstock::iam
