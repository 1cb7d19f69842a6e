// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::iam {

// Reasons of errors about users, groups, policies and keys.
inline constexpr std::string_view kNoSuchUser = "no_such_user";
inline constexpr std::string_view kNoSuchGroup = "no_such_group";
inline constexpr std::string_view kNoSuchPolicy = "no_such_policy";
inline constexpr std::string_view kNoSuchAccessKey = "no_such_access_key";
inline constexpr std::string_view kNameTaken = "name_taken";
inline constexpr std::string_view kPolicyInUse = "policy_in_use";
inline constexpr std::string_view kGroupNotEmpty = "group_not_empty";
inline constexpr std::string_view kBuiltInPolicy = "built_in_policy";

// kInvalidArgument, with what is allowed. Names stand in ARNs, signatures and URLs, so that only
// letters, digits and ._@+- are allowed.
base::Status CheckAccessKey(std::string_view name);  // 3 to 128; of users and service accounts
base::Status CheckSecret(std::string_view secret);   // 8 to 128 printable characters
base::Status CheckName(std::string_view what, std::string_view name);  // 1 to 128: group, policy

}  // namespace penstock::iam
