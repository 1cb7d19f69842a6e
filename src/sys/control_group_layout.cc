// SPDX-License-Identifier: Apache-2.0
#include "sys/control_group_layout.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace penstock::sys {
namespace {

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// Blanks in paths of mountinfo are written as octal numbers: \040.
std::string Unescape(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 3 < text.size() &&
                        std::all_of(text.begin() + static_cast<long>(i) + 1,
                                    text.begin() + static_cast<long>(i) + 4,
                                    [](char c) { return c >= '0' && c <= '7'; });
    if (!escape) {
      plain += text[i];
      continue;
    }
    plain +=
        static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
    i += 3;
  }
  return plain;
}

struct Mount {
  std::string root, place, type;
  std::vector<std::string> options;  // of the file system
};

// 36 35 98:0 /root /place rw,noatime [tags…] - type source rw,options
std::optional<Mount> ParseMount(std::string_view line) {
  const size_t dash = line.find(" - ");
  if (dash == std::string_view::npos) return {};
  const auto left = Split(line.substr(0, dash), ' ');
  const auto right = Split(line.substr(dash + 3), ' ');
  if (left.size() < 6 || right.size() < 3) return {};
  return Mount{Unescape(left[3]), Unescape(left[4]), right[0], Split(right[2], ',')};
}

// Where our group is below the mount, whose root may be a group itself.
std::optional<std::string> FolderOf(const Mount& mount, const std::string& path) {
  if (mount.root == "/") return path == "/" ? mount.place : mount.place + path;
  if (path == mount.root) return mount.place;
  if (path.starts_with(mount.root + "/")) return mount.place + path.substr(mount.root.size());
  return {};
}

}  // namespace

std::vector<ControlGroupHierarchy> FindControlGroups(std::string_view mountinfo,
                                                     std::string_view own_groups) {
  std::vector<ControlGroupHierarchy> found;
  std::vector<Mount> mounts;
  for (const std::string& line : Split(mountinfo, '\n')) {
    auto mount = ParseMount(line);
    if (mount && (mount->type == "cgroup" || mount->type == "cgroup2")) {
      mounts.push_back(std::move(*mount));
    }
  }
  for (const std::string& line : Split(own_groups, '\n')) {
    // 4:cpu,cpuacct:/path, or of version 2 0::/path
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (names.starts_with("name=")) continue;  // holds no controller
    for (const Mount& mount : mounts) {
      const bool unified = mount.type == "cgroup2";
      if (unified != names.empty()) continue;
      const auto controllers = Split(names, ',');
      const auto& options = mount.options;
      if (!unified && std::find(options.begin(), options.end(), controllers[0]) == options.end()) {
        continue;
      }
      const auto folder = FolderOf(mount, path);
      if (!folder) continue;
      ControlGroupHierarchy hierarchy{unified, {}, *folder};
      if (!unified) hierarchy.controllers.insert(controllers.begin(), controllers.end());
      found.push_back(std::move(hierarchy));
      break;
    }
  }
  return found;
}

}  // namespace penstock::sys
