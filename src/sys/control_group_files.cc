// SPDX-License-Identifier: Apache-2.0
#include "sys/control_group_files.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "sys/unique_fd.h"

namespace penstock::sys {
namespace {

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return {};
  return number;
}

// The number behind a name in a file of "name number" lines.
std::optional<uint64_t> Field(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::string word;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + " ")) return Number(std::string_view(line).substr(name.size() + 1));
  }
  return {};
}

}  // namespace

std::string ReadGroupFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char buffer[4096];
  while (file.valid()) {
    const ssize_t count = ::read(file.get(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer, static_cast<size_t>(count));
  }
  return text;
}

std::vector<pid_t> ProcessesInGroup(const std::string& folder) {
  std::istringstream text(ReadGroupFile(folder + "/cgroup.procs"));
  std::vector<pid_t> pids;
  for (pid_t pid; text >> pid;) pids.push_back(pid);
  return pids;
}

GroupUsage ReadGroupUsage(const std::string& cpu_folder, const std::string& memory_folder,
                          bool unified) {
  GroupUsage usage;
  if (!cpu_folder.empty() && unified) {
    if (auto microseconds = Field(ReadGroupFile(cpu_folder + "/cpu.stat"), "usage_usec")) {
      usage.cpu_seconds = static_cast<double>(*microseconds) / 1e6;
    }
  } else if (!cpu_folder.empty()) {
    if (auto nanoseconds = Number(ReadGroupFile(cpu_folder + "/cpuacct.usage"))) {
      usage.cpu_seconds = static_cast<double>(*nanoseconds) / 1e9;
    }
  }
  if (memory_folder.empty()) return usage;
  const auto all = Number(
      ReadGroupFile(memory_folder + (unified ? "/memory.current" : "/memory.usage_in_bytes")));
  const auto cached = Field(ReadGroupFile(memory_folder + "/memory.stat"),
                            unified ? "inactive_file" : "total_inactive_file");
  if (all) usage.memory_bytes = *all - std::min(*all, cached.value_or(0));
  const std::string events = unified ? "/memory.events" : "/memory.oom_control";
  usage.out_of_memory_kills = Field(ReadGroupFile(memory_folder + events), "oom_kill").value_or(0);
  return usage;
}

}  // namespace penstock::sys
