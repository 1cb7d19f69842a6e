// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admin/call.h"

// What the admin API can do: one file a resource, each function an Action.
namespace penstock::admin {

// server_info.cc
base::Result<text::Json> GetServerInfo(Call& call);

}  // namespace penstock::admin
