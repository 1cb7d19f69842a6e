// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "schedule/time_zone.h"
#include "sys/file_system.h"

namespace penstock::server {

// The time zone of that name, "Europe/Berlin", from the system's tz database; UTC for "".
base::Result<schedule::TimeZone> LoadTimeZone(const std::string& name, sys::FileSystem& files);

}  // namespace penstock::server
