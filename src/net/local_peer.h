// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http.h"

namespace penstock::net {

// Whether this machine itself asks, with no proxy in between that would ask for anybody.
bool CameFromThisMachine(const Request& request);

}  // namespace penstock::net
