// SPDX-License-Identifier: Apache-2.0
#include "sys/observed_group.h"

#include <algorithm>
#include <sstream>

#include "sys/control_group_files.h"

namespace penstock::sys {
namespace {

constexpr const char* kMounts = "/proc/self/mountinfo";
constexpr const char* kOwn = "/proc/self/cgroup";

bool IsAmong(const ControlGroupHierarchy& one, const std::vector<ControlGroupHierarchy>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const auto& other) { return other.folder == one.folder; });
}

}  // namespace

std::optional<ObservedGroup> ObservedGroup::Find(std::string_view mountinfo,
                                                 std::string_view groups,
                                                 std::string_view own_groups) {
  const auto own = FindControlGroups(mountinfo, own_groups);
  ObservedGroup found;
  for (const ControlGroupHierarchy& hierarchy : FindControlGroups(mountinfo, groups)) {
    // What is used there is not the other's alone.
    if (IsAmong(hierarchy, own)) continue;
    if (found.any_.empty()) found.any_ = hierarchy.folder;
    if (hierarchy.controllers.contains("cpuacct")) found.cpu_ = hierarchy.folder;
    if (hierarchy.controllers.contains("memory")) found.memory_ = hierarchy.folder;
    if (!hierarchy.unified) continue;
    // Of mixed ones it is the older version that counts.
    if (found.cpu_.empty() && found.memory_.empty()) {
      found.cpu_ = found.memory_ = hierarchy.folder;
      found.unified_ = true;
    }
  }
  if (found.cpu_.empty() && found.memory_.empty()) return std::nullopt;
  return found;
}

std::optional<ObservedGroup> ObservedGroup::OfProcess(pid_t pid) {
  return Find(ReadGroupFile(kMounts), ReadGroupFile("/proc/" + std::to_string(pid) + "/cgroup"),
              ReadGroupFile(kOwn));
}

std::optional<ObservedGroup> ObservedGroup::AtPath(const std::string& path) {
  const std::string own = ReadGroupFile(kOwn);
  std::istringstream lines(own);
  std::string groups;
  for (std::string line; std::getline(lines, line);) {
    const size_t second = line.find(':', line.find(':') + 1);
    if (second != std::string::npos) groups += line.substr(0, second + 1) + path + "\n";
  }
  return Find(ReadGroupFile(kMounts), groups, own);
}

GroupUsage ObservedGroup::Usage() const { return ReadGroupUsage(cpu_, memory_, unified_); }

std::vector<pid_t> ObservedGroup::Processes() const { return ProcessesInGroup(any_); }

}  // namespace penstock::sys
