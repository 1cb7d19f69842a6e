// SPDX-License-Identifier: Apache-2.0
#include "server/time_zones.h"

#include <cstdlib>

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;

constexpr size_t kMaxBytes = size_t{1} << 20;

}  // namespace

base::Result<schedule::TimeZone> LoadTimeZone(const std::string& name, sys::FileSystem& files) {
  if (name.empty() || name == "UTC") return schedule::TimeZone::Utc();
  if (name.starts_with('/') || name.find("..") != std::string::npos) {
    return Fail(Code::kInvalidArgument,
                "--schedule-time-zone: '" + name + "' is no name such as Europe/Berlin");
  }
  const char* folder = std::getenv("TZDIR");
  std::string path = (folder != nullptr ? folder : "/usr/share/zoneinfo") + ("/" + name);
  auto bytes = sys::ReadFile(files, path, kMaxBytes);
  if (!bytes) {
    return Fail(Code::kInvalidArgument, "--schedule-time-zone: there is no time zone '" + name +
                                            "' (" + path + " cannot be read); install tzdata");
  }
  auto zone = schedule::TimeZone::Parse(*bytes);
  if (!zone) return Fail(std::move(zone).error().Wrap(path));
  return zone;
}

}  // namespace penstock::server
