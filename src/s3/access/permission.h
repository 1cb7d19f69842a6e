// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "s3/call.h"
#include "s3/operation_table.h"

namespace penstock::s3 {

// The object that a call is about, in the version that it names.
AccessTarget TargetOf(const Call& call);

// The action on a version, where one is named: "s3:GetObject" -> "s3:GetObjectVersion". The same
// action where there is no other.
std::string_view VersionAction(std::string_view action, const AccessTarget& target);

// AccessDenied where the caller may not do what the operation does, or may not do something that
// its headers ask for besides (tags, locks, ACLs), or has somebody else in mind as the bucket's
// owner.
base::Status CheckPermission(const Operation& operation, Call& call);

// AccessDenied where the maker of a bucket asks by headers for what he may not (a lock, an owner of
// all objects, an ACL).
base::Status RequireOfNewBucket(Call& call);

// Of a read that failed: whether there is such an object is told only to those who may list it.
base::Error HideMissing(const Operation& operation, Call& call, base::Error error);

}  // namespace penstock::s3
