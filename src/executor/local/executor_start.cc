// SPDX-License-Identifier: Apache-2.0
#include "executor/local/executor_start.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "executor/local/host_files.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Helpers of a build may outlive a server that was killed, for a moment, and go on writing.
Status RemoveBuild(const std::string& folder) {
  Status removed = sys::RemoveTree(folder);
  for (int round = 0; !removed && round < 100; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    removed = sys::RemoveTree(folder);
  }
  return removed;
}

Status WriteTextFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (file.good()) return {};
  return Fail(Code::kInternal, "cannot write " + path);
}

}  // namespace

Status MakeFolders(const std::string& directory) {
  for (const char* name : {"/empty", "/logs", "/environments", kPackageCache}) {
    std::error_code error;
    fs::create_directories(directory + name, error);
    if (error) {
      return Fail(Code::kInternal, "cannot make " + directory + name + ": " + error.message());
    }
  }
  return {};
}

Status RemoveLeftovers(const std::string& directory) {
  PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(directory + "/work"));
  std::error_code error;
  std::vector<std::string> incomplete;
  for (fs::directory_iterator entry(directory + "/environments", error), end;
       !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (!fs::exists(entry->path() / "complete", ignored)) incomplete.push_back(entry->path());
  }
  for (fs::directory_iterator entry(directory + "/builds", error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path() != directory + kPackageCache) incomplete.push_back(entry->path());
  }
  for (const std::string& folder : incomplete) {
    PENSTOCK_RETURN_IF_ERROR(RemoveBuild(folder));
  }
  // Where it was before.
  return sys::RemoveTree(directory + "/uv-cache");
}

std::optional<BuildConfinement> ConfinementOf(const SandboxAbility& ability,
                                              const SandboxFiles& files,
                                              const std::string& directory,
                                              const TaskGuards& guards) {
  if (ability.kind == SandboxKind::kNone) return std::nullopt;
  return BuildConfinement{ability.kind, files, directory + "/work", guards.filter};
}

Result<SandboxFiles> WriteSandboxFiles(const LocalExecutorOptions& options) {
  SandboxFiles files;
  files.mount_point = options.directory + "/empty";
  files.hosts = options.directory + "/hosts";
  PENSTOCK_TRY(std::string hosts,
               HostsText(options.hosts, ReadTextFile("/etc/hosts"), kTaskHostname));
  PENSTOCK_RETURN_IF_ERROR(WriteTextFile(files.hosts, hosts));
  files.system_certificates = SystemCertificates("");
  const std::string trusted =
      SystemCertificates(ValueOf(sys::CurrentEnvironment(), "SSL_CERT_FILE"));
  PENSTOCK_TRY(std::string certificates, CombinedCertificates(trusted, options.ca_files));
  if (certificates.empty()) return files;
  files.certificates = options.directory + "/ca-certificates.crt";
  PENSTOCK_RETURN_IF_ERROR(WriteTextFile(files.certificates, certificates));
  return files;
}

TaskGuards FindGuards(const LocalExecutorOptions& options, base::Logger& logger) {
  TaskGuards guards;
  guards.limits = options.limits;
  // One server has the directory, so the name is its own.
  const std::string name =
      "penstock-" + base::HexEncode(crypto::Sha256(options.directory)).substr(0, 12);
  guards.groups = sys::ControlGroups::Open(name, options.directory + "/control-groups");
  const sys::ControlGroups& groups = *guards.groups;
  if (!groups.able("memory") || !groups.able("cpu") || !groups.able("pids")) {
    logger.Warning(
        "not all limits of tasks on memory, CPU and processes are enforced: start the "
        "server where it may make control groups, as by systemd with Delegate=yes",
        {{"why", groups.trouble()}});
  }
  auto filter = sys::SystemCallFilter::ForTasks();
  if (filter) {
    guards.filter = std::move(*filter);
  } else {
    logger.Warning("tasks may make any system call", {{"why", filter.error().message()}});
  }
  return guards;
}

engine::Capacity MakeCapacity(size_t asked, const SandboxAbility& ability) {
  // Tasks that ask for little or nothing would otherwise be started by the thousand.
  constexpr size_t kTasksOfAProcessor = 8;
  const size_t processors =
      asked > 0 ? asked : std::max<size_t>(2, std::thread::hardware_concurrency());
  engine::Capacity capacity;
  capacity.tasks = processors * kTasksOfAProcessor;
  capacity.cpu_millis = static_cast<int64_t>(processors) * 1000;
  capacity.memory_bytes = int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
  // Without sandboxes tasks share /tmp/kfp/outputs and would overwrite each other's.
  if (ability.kind == SandboxKind::kNone) capacity.tasks = 1;
  return capacity;
}

}  // namespace penstock::executor
