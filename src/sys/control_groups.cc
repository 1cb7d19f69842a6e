// SPDX-License-Identifier: Apache-2.0
#include "sys/control_groups.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/control_group_files.h"

namespace penstock::sys {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::string_view kWanted[] = {"cpu", "memory", "pids"};
constexpr int64_t kPeriodMicroseconds = 100'000;
constexpr int64_t kShortestQuota = 1000;  // the kernel's

std::string ErrorText(int error) { return std::generic_category().message(error); }

// Files of the kernel are written in one go, and say what they think of it.
Status WriteWhole(const std::string& path, std::string_view text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.valid() && ::write(file.get(), text.data(), text.size()) >= 0) return {};
  const Code code = errno == EBUSY ? Code::kUnavailable : Code::kPermissionDenied;
  return Fail(code, "cannot write " + path + ": " + ErrorText(errno));
}

// Again while what was killed is still on its way out.
bool RemoveGroup(const std::string& folder) {
  for (int round = 0; round < 100; ++round) {
    if (::rmdir(folder.c_str()) == 0 || errno == ENOENT) return true;
    if (errno != EBUSY) return false;
    for (pid_t pid : ProcessesInGroup(folder)) {
      if (pid > 1 && pid != ::getpid()) ::kill(pid, SIGKILL);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

// A folder for groups with the groups in it.
void RemoveBase(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> groups;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) groups.push_back(entry->path().string());
  }
  for (const std::string& group : groups) RemoveGroup(group);
  ::rmdir(folder.c_str());
}

std::string Quota(double cpus) {
  const auto quota = static_cast<int64_t>(cpus * static_cast<double>(kPeriodMicroseconds));
  return std::to_string(std::max(quota, kShortestQuota));
}

Status SetLimits1(const std::string& folder, const std::set<std::string>& controllers,
                  const GroupLimits& limits) {
  if (limits.memory_bytes && controllers.contains("memory")) {
    const std::string bytes = std::to_string(*limits.memory_bytes);
    PENSTOCK_RETURN_IF_ERROR(WriteWhole(folder + "/memory.limit_in_bytes", bytes));
    // Where swap is counted: none beyond that.
    static_cast<void>(WriteWhole(folder + "/memory.memsw.limit_in_bytes", bytes));
  }
  if (limits.cpus && controllers.contains("cpu")) {
    PENSTOCK_RETURN_IF_ERROR(
        WriteWhole(folder + "/cpu.cfs_period_us", std::to_string(kPeriodMicroseconds)));
    PENSTOCK_RETURN_IF_ERROR(WriteWhole(folder + "/cpu.cfs_quota_us", Quota(*limits.cpus)));
  }
  if (limits.processes && controllers.contains("pids")) {
    return WriteWhole(folder + "/pids.max", std::to_string(*limits.processes));
  }
  return {};
}

Status SetLimits2(const std::string& folder, const std::set<std::string>& controllers,
                  const GroupLimits& limits) {
  if (limits.memory_bytes && controllers.contains("memory")) {
    PENSTOCK_RETURN_IF_ERROR(
        WriteWhole(folder + "/memory.max", std::to_string(*limits.memory_bytes)));
    static_cast<void>(WriteWhole(folder + "/memory.swap.max", "0"));
    static_cast<void>(WriteWhole(folder + "/memory.oom.group", "1"));
  }
  if (limits.cpus && controllers.contains("cpu")) {
    PENSTOCK_RETURN_IF_ERROR(WriteWhole(
        folder + "/cpu.max", Quota(*limits.cpus) + " " + std::to_string(kPeriodMicroseconds)));
  }
  if (limits.processes && controllers.contains("pids")) {
    return WriteWhole(folder + "/pids.max", std::to_string(*limits.processes));
  }
  return {};
}

// Version 1: the group, in the folder of all, which the last group before this one may be taking
// away.
bool MakeGroup(const std::string& all, const std::string& group) {
  for (int round = 0; round < 100; ++round) {
    // In very old kernels limits do not hold for groups below unless told so.
    if (::mkdir(all.c_str(), 0755) == 0) {
      static_cast<void>(WriteWhole(all + "/memory.use_hierarchy", "1"));
    }
    if (::mkdir(group.c_str(), 0755) == 0) return true;
    if (errno != ENOENT) break;
  }
  return false;
}

}  // namespace

ControlGroup::~ControlGroup() {
  for (const std::string& folder : folders_) {
    RemoveGroup(folder);
    // The last one takes the folder of all with it, so that a server that is killed while it has no
    // task leaves nothing behind.
    if (!unified_) ::rmdir(folder.substr(0, folder.rfind('/')).c_str());
  }
}

std::vector<int> ControlGroup::join_files() const {
  std::vector<int> files;
  for (const UniqueFd& file : join_files_) files.push_back(file.get());
  return files;
}

Status ControlGroup::Add(pid_t pid) const {
  for (const std::string& folder : folders_) {
    PENSTOCK_RETURN_IF_ERROR(WriteWhole(folder + "/cgroup.procs", std::to_string(pid)));
  }
  return {};
}

GroupUsage ControlGroup::Usage() const { return ReadGroupUsage(cpu_, memory_, unified_); }

std::optional<double> ControlGroup::CpuSeconds() const { return ReadCpuSeconds(cpu_, unified_); }

uint64_t ControlGroup::OutOfMemoryKills() const { return ReadOutOfMemoryKills(memory_, unified_); }

std::vector<pid_t> ControlGroup::Processes() const {
  return folders_.empty() ? std::vector<pid_t>() : ProcessesInGroup(folders_.front());
}

std::unique_ptr<ControlGroups> ControlGroups::Open(const std::string& name,
                                                   const std::string& record) {
  return Open(
      name, record,
      FindControlGroups(ReadGroupFile("/proc/self/mountinfo"), ReadGroupFile("/proc/self/cgroup")));
}

std::unique_ptr<ControlGroups> ControlGroups::Open(
    const std::string& name, const std::string& record,
    const std::vector<ControlGroupHierarchy>& hierarchies) {
  std::unique_ptr<ControlGroups> groups(new ControlGroups());
  groups->record_ = record;
  std::istringstream left(ReadGroupFile(record));
  for (std::string folder; std::getline(left, folder);) {
    if (folder.ends_with("/" + name)) RemoveBase(folder);
  }
  for (const ControlGroupHierarchy& hierarchy : hierarchies) {
    if (!hierarchy.unified) groups->OpenVersion1(hierarchy, name);
  }
  if (groups->bases_.empty()) {
    for (const ControlGroupHierarchy& hierarchy : hierarchies) {
      if (hierarchy.unified) groups->OpenVersion2(hierarchy, name);
    }
  }
  if (hierarchies.empty()) groups->trouble_ = "there are no control groups here";
  std::ofstream list(record, std::ios::trunc);
  for (const Base& base : groups->bases_) list << base.folder << "\n";
  return groups;
}

void ControlGroups::OpenVersion1(const ControlGroupHierarchy& hierarchy, const std::string& name) {
  std::set<std::string> useful;
  for (const char* controller : {"cpu", "cpuacct", "memory", "pids"}) {
    if (hierarchy.controllers.contains(controller)) useful.insert(controller);
  }
  if (useful.empty()) return;
  const std::string folder = hierarchy.folder + "/" + name;
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    trouble_ = "cannot make " + folder + ": " + ErrorText(errno);
    return;
  }
  ::rmdir(folder.c_str());  // it is made with the first group
  able_.insert(useful.begin(), useful.end());
  bases_.push_back({folder, std::move(useful)});
}

// A group that has processes can have no groups with limits below it, unless it is the root of all
// (which alone has no type). The kernel refuses some controllers there, takes others and makes the
// groups below useless instead. If the processes are only ourselves, we move out of the way.
Status ControlGroups::MakeWay(const std::string& own, const std::string& folder) {
  const bool root = ::access((own + "/cgroup.type").c_str(), F_OK) != 0;
  const std::vector<pid_t> processes = ProcessesInGroup(own);
  if (root || processes.empty()) return {};
  if (processes != std::vector<pid_t>{::getpid()}) {
    return Fail(Code::kUnavailable,
                "other processes are in the control group " + own + " of this one");
  }
  const std::string server = folder + "/server";
  if (::mkdir(server.c_str(), 0755) != 0 && errno != EEXIST) {
    return Fail(Code::kPermissionDenied, "cannot make " + server + ": " + ErrorText(errno));
  }
  left_ = own;
  return WriteWhole(server + "/cgroup.procs", std::to_string(::getpid()));
}

void ControlGroups::OpenVersion2(const ControlGroupHierarchy& hierarchy, const std::string& name) {
  const std::string folder = hierarchy.folder + "/" + name;
  std::istringstream offered(ReadGroupFile(hierarchy.folder + "/cgroup.controllers"));
  std::set<std::string> useful;
  for (std::string controller; offered >> controller;) {
    if (std::find(std::begin(kWanted), std::end(kWanted), controller) != std::end(kWanted)) {
      useful.insert(controller);
    }
  }
  if (useful.empty()) {
    trouble_ = "the control group " + hierarchy.folder + " may not limit anything";
    return;
  }
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    trouble_ = "cannot make " + folder + ": " + ErrorText(errno);
    return;
  }
  const Status way = MakeWay(hierarchy.folder, folder);
  if (!way) trouble_ = way.error().message();
  for (const std::string& controller : useful) {
    if (!way) break;
    const std::string file = "/cgroup.subtree_control";
    Status enabled = WriteWhole(hierarchy.folder + file, "+" + controller);
    if (enabled) enabled = WriteWhole(folder + file, "+" + controller);
    if (enabled) {
      able_.insert(controller);
    } else {
      trouble_ = enabled.error().message();
    }
  }
  if (able_.empty()) {
    MoveBack(folder);
    RemoveBase(folder);
    return;
  }
  able_.insert("cpuacct");  // always counted
  unified_ = true;
  bases_.push_back({folder, able_});
}

// Nothing is forbidden any more where nothing is limited any more, from below to above.
void ControlGroups::MoveBack(const std::string& folder) {
  if (left_.empty()) return;
  for (const std::string& group : {folder, left_}) {
    for (std::string_view controller : kWanted) {
      static_cast<void>(
          WriteWhole(group + "/cgroup.subtree_control", "-" + std::string(controller)));
    }
  }
  static_cast<void>(WriteWhole(left_ + "/cgroup.procs", std::to_string(::getpid())));
  left_.clear();
}

ControlGroups::~ControlGroups() {
  for (const Base& base : bases_) {
    MoveBack(base.folder);
    RemoveBase(base.folder);
  }
  ::unlink(record_.c_str());
}

Result<ControlGroup> ControlGroups::Make(const std::string& name, const GroupLimits& limits) const {
  ControlGroup group;
  group.unified_ = unified_;
  for (const Base& base : bases_) {
    const std::string folder = base.folder + "/" + name;
    const bool made =
        unified_ ? ::mkdir(folder.c_str(), 0755) == 0 : MakeGroup(base.folder, folder);
    if (!made) return Fail(Code::kUnavailable, "cannot make " + folder + ": " + ErrorText(errno));
    group.folders_.push_back(folder);
    if (base.controllers.contains("cpuacct")) group.cpu_ = folder;
    if (base.controllers.contains("memory")) group.memory_ = folder;
    PENSTOCK_RETURN_IF_ERROR(SetLimitsOf(folder, base, limits));
    UniqueFd file(
        ::open((folder + (unified_ ? "/cgroup.procs" : "/tasks")).c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.valid()) {
      return Fail(Code::kUnavailable, "cannot open " + folder + ": " + ErrorText(errno));
    }
    group.join_files_.push_back(std::move(file));
    if (!unified_) continue;
    group.folder_file_ = UniqueFd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!group.folder_file_.valid()) {
      return Fail(Code::kUnavailable, "cannot open " + folder + ": " + ErrorText(errno));
    }
  }
  return group;
}

Status ControlGroups::SetLimitsOf(const std::string& folder, const Base& base,
                                  const GroupLimits& limits) const {
  return unified_ ? SetLimits2(folder, base.controllers, limits)
                  : SetLimits1(folder, base.controllers, limits);
}

Status ControlGroups::SetLimits(const ControlGroup& group, const GroupLimits& limits) const {
  for (size_t i = 0; i < bases_.size(); ++i) {
    PENSTOCK_RETURN_IF_ERROR(SetLimitsOf(group.folders_.at(i), bases_[i], limits));
  }
  return {};
}

}  // namespace penstock::sys
