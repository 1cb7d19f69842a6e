// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace penstock::admin {

// A failure as callers of the admin API see it.
struct WireError {
  int status;
  std::string code;  // "NoSuchUser"
  std::string message;
};

// The one table of statuses. The code is the error's reason in CamelCase, else its kind. What a
// signature lacks is said as S3 says it. Messages of internal errors stay in the log.
WireError ToWireError(const base::Error& error);

// {"error":{"code":"NoSuchUser","message":"…"}}
std::string ErrorBody(const WireError& error);

// The way back, for clients: kind by status, the code as the reason.
base::Error FromWire(int status, const std::string& body);

}  // namespace penstock::admin
