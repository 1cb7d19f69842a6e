// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "s3/access/acl.h"
#include "s3/access/owners.h"

// ACLs as requests and responses have them.
namespace penstock::s3 {

// An <AccessControlPolicy> document: MalformedXML where it is none, InvalidArgument where it names
// somebody who does not exist or has another owner than `owner` (a canonical id).
base::Result<Acl> ParseAclDocument(std::string_view xml, std::string_view owner,
                                   const Owners& owners);
std::string WriteAclDocument(const Acl& acl, const Owner& owner, const Owners& owners);

// Whether there is an x-amz-acl or x-amz-grant-* header.
bool HasAclHeaders(const net::Headers& headers);
// The ACL that such headers ask for, the private one where there are none. InvalidRequest where
// there are both kinds. Owners are canonical ids.
base::Result<Acl> ParseAclHeaders(const net::Headers& headers, std::string_view owner,
                                  std::string_view bucket_owner, const Owners& owners);

}  // namespace penstock::s3
