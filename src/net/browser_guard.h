// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "net/http.h"

namespace penstock::net {

// False where a browser says that a page of another origin asks, be it a read. Other clients say
// nothing of the kind.
bool CameFromOwnPage(const RequestHead& head);

// Keeps web pages of other sites from using this server through the browser of somebody who can
// reach it: a browser sends simple POSTs anywhere, and a run is code. kPermissionDenied for a
// request that changes something and that a browser says comes from elsewhere. Other clients say
// nothing of the kind and pass.
base::Status CheckSameOrigin(const RequestHead& head);

}  // namespace penstock::net
