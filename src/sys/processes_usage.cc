// SPDX-License-Identifier: Apache-2.0
#include "sys/processes_usage.h"

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "sys/unique_fd.h"

namespace penstock::sys {
namespace {

// Fields of /proc/PID/stat, counted from the one behind the command's name.
constexpr int kTimes[] = {11, 12, 13, 14};  // of its own, user and system, and of ended children

// At most one buffer: these files are short, and a sample need not be complete.
std::string_view ReadInto(const std::string& path, char* buffer, size_t size) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return {};
  const ssize_t count = ::read(file.get(), buffer, size - 1);
  if (count <= 0) return {};
  buffer[count] = '\0';
  return {buffer, static_cast<size_t>(count)};
}

std::string ProcFile(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

double CpuSeconds(pid_t pid) {
  char buffer[1024];
  const std::string_view text = ReadInto(ProcFile(pid, "stat"), buffer, sizeof(buffer));
  const size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return 0;
  uint64_t ticks = 0;
  const char* at = buffer + name_end + 1;
  for (int field = 0; *at != '\0' && field <= kTimes[3]; ++field) {
    while (*at == ' ') ++at;
    if (field >= kTimes[0]) ticks += std::strtoull(at, nullptr, 10);
    while (*at != ' ' && *at != '\0') ++at;
  }
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

uint64_t ResidentBytes(pid_t pid) {
  char buffer[256];
  const std::string_view text = ReadInto(ProcFile(pid, "statm"), buffer, sizeof(buffer));
  const size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return 0;
  return std::strtoull(buffer + blank, nullptr, 10) *
         static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

uint64_t Line(std::string_view text, std::string_view name) {
  const size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  return std::strtoull(text.data() + at + name.size(), nullptr, 10);
}

void AddChildren(pid_t pid, std::vector<pid_t>& tree, size_t limit) {
  const std::string folder = ProcFile(pid, "task");
  DIR* threads = ::opendir(folder.c_str());
  if (threads == nullptr) return;
  char buffer[4096];
  while (const dirent* thread = ::readdir(threads)) {
    if (thread->d_name[0] == '.') continue;
    const UniqueFd file(
        ::open((folder + "/" + thread->d_name + "/children").c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) continue;
    std::string text;
    ssize_t count = 0;
    while ((count = ::read(file.get(), buffer, sizeof(buffer))) > 0 && tree.size() < limit) {
      text.append(buffer, static_cast<size_t>(count));
    }
    const char* at = text.c_str();
    while (*at != '\0' && tree.size() < limit) {
      char* end = nullptr;
      const auto child = static_cast<pid_t>(std::strtol(at, &end, 10));
      if (end == at) break;
      if (child > 0) tree.push_back(child);
      at = end;
      while (*at == ' ') ++at;
    }
  }
  ::closedir(threads);
}

}  // namespace

std::vector<pid_t> ProcessTree(pid_t root, size_t limit) {
  std::vector<pid_t> tree = {root};
  for (size_t i = 0; i < tree.size() && tree.size() < limit; ++i) {
    AddChildren(tree[i], tree, limit);
  }
  return tree;
}

ProcessesUsage ReadProcessesUsage(const std::vector<pid_t>& processes, pid_t forked) {
  ProcessesUsage usage;
  for (pid_t pid : processes) {
    usage.cpu_seconds += CpuSeconds(pid);
    if (pid != forked) usage.memory_bytes += ResidentBytes(pid);
    char buffer[512];
    const std::string_view io = ReadInto(ProcFile(pid, "io"), buffer, sizeof(buffer));
    usage.read_bytes += Line(io, "\nread_bytes: ");
    usage.written_bytes += Line(io, "\nwrite_bytes: ");
  }
  return usage;
}

}  // namespace penstock::sys
