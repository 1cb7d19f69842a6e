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

std::optional<double> ReadCpuSeconds(const std::string& cpu_folder, bool unified) {
  if (cpu_folder.empty()) return {};
  const auto used = unified ? Field(ReadGroupFile(cpu_folder + "/cpu.stat"), "usage_usec")
                            : Number(ReadGroupFile(cpu_folder + "/cpuacct.usage"));
  if (!used) return {};
  return static_cast<double>(*used) / (unified ? 1e6 : 1e9);
}

uint64_t ReadOutOfMemoryKills(const std::string& memory_folder, bool unified) {
  if (memory_folder.empty()) return 0;
  const std::string events = unified ? "/memory.events" : "/memory.oom_control";
  return Field(ReadGroupFile(memory_folder + events), "oom_kill").value_or(0);
}

GroupUsage ReadGroupUsage(const std::string& cpu_folder, const std::string& memory_folder,
                          bool unified) {
  GroupUsage usage;
  usage.cpu_seconds = ReadCpuSeconds(cpu_folder, unified);
  if (memory_folder.empty()) return usage;
  const auto all = Number(
      ReadGroupFile(memory_folder + (unified ? "/memory.current" : "/memory.usage_in_bytes")));
  const auto cached = Field(ReadGroupFile(memory_folder + "/memory.stat"),
                            unified ? "inactive_file" : "total_inactive_file");
  if (all) usage.memory_bytes = *all - std::min(*all, cached.value_or(0));
  usage.out_of_memory_kills = ReadOutOfMemoryKills(memory_folder, unified);
  return usage;
}

}  // namespace penstock::sys
