// SPDX-License-Identifier: Apache-2.0
#include "sys/process_usage.h"

#include <fstream>
#include <sstream>
#include <string>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

// Fields of /proc/self/stat are counted from behind the command's name, which may hold anything.
constexpr int kUserTicks = 12;
constexpr int kSystemTicks = 13;
constexpr int kThreads = 18;
constexpr int kVirtualBytes = 21;
constexpr int kResidentPages = 22;
constexpr int kFields = 23;

uint64_t CountDescriptors() {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  uint64_t count = 0;
  while (dirent* entry = readdir(directory)) {
    if (entry->d_name[0] != '.') ++count;
  }
  closedir(directory);
  return count - 1;  // the directory itself
}

}  // namespace

ProcessUsage ReadProcessUsage() {
  ProcessUsage usage;
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  size_t name_end = line.rfind(')');
  if (name_end != std::string::npos) {
    std::istringstream rest(line.substr(name_end + 1));
    std::string field;
    uint64_t numbers[kFields] = {};
    for (int i = 1; i < kFields + 1 && rest >> field; ++i) {
      numbers[i - 1] = std::strtoull(field.c_str(), nullptr, 10);
    }
    auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    usage.cpu_seconds =
        static_cast<double>(numbers[kUserTicks - 1] + numbers[kSystemTicks - 1]) / ticks;
    usage.threads = numbers[kThreads - 1];
    usage.virtual_bytes = numbers[kVirtualBytes - 1];
    usage.resident_bytes =
        numbers[kResidentPages - 1] * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  }
  usage.open_descriptors = CountDescriptors();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) usage.most_descriptors = limit.rlim_cur;
  return usage;
}

}  // namespace penstock::sys
