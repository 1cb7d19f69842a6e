// SPDX-License-Identifier: Apache-2.0
#include "sys/sandbox_plan.h"

#include <utility>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using Call = MountAction::Call;

constexpr uint64_t kHarmless = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

// Turns steps into system calls.
class Planner {
 public:
  explicit Planner(const SandboxSpec& spec) : spec_(spec) {}

  Status Add(const MountStep& step) {
    if (step.target.empty() || step.target.front() != '/') {
      return Fail(Code::kInvalidArgument, "mount target '" + step.target + "' is not absolute");
    }
    switch (step.kind) {
      case MountStep::Kind::kDirectory:
        MakeDirectories(step.target);
        return {};
      case MountStep::Kind::kSymlink:
        MakeSymlink(step.target, step.source);
        return {};
      case MountStep::Kind::kBindReadOnly:
        return Bind(step, kHarmless | MOUNT_ATTR_RDONLY);
      case MountStep::Kind::kBindWritable:
        return Bind(step, kHarmless);
      case MountStep::Kind::kTemporary:
        MountNew("tmpfs", step.target, MS_NOSUID | MS_NODEV, "mode=0755");
        return {};
      case MountStep::Kind::kProc:
        AddProc(step.target);
        return {};
      case MountStep::Kind::kDevices:
        AddDevices(step.target);
        return {};
      case MountStep::Kind::kOverlay:
        AddOverlay(step);
        return {};
    }
    return {};
  }

  std::vector<MountAction> Take() { return std::move(actions_); }

 private:
  std::string Outside(const std::string& target) const { return spec_.mount_point + target; }

  MountAction& Push(Call call, const std::string& target) {
    MountAction action;
    action.call = call;
    action.target = Outside(target);
    actions_.push_back(std::move(action));
    return actions_.back();
  }

  // The directory and all above it; those that exist are left as they are.
  void MakeDirectories(const std::string& target) {
    for (size_t slash = target.find('/', 1); slash != std::string::npos;
         slash = target.find('/', slash + 1)) {
      Push(Call::kMakeDirectory, target.substr(0, slash));
    }
    Push(Call::kMakeDirectory, target);
  }

  void MakeParents(const std::string& target) {
    size_t slash = target.rfind('/');
    if (slash > 0) MakeDirectories(target.substr(0, slash));
  }

  void MakeSymlink(const std::string& target, const std::string& text) {
    MakeParents(target);
    Push(Call::kMakeSymlink, target).source = text;
  }

  void MountNew(const char* type, const std::string& target, unsigned long flags,
                const std::string& data) {
    MakeDirectories(target);
    MountAction& mount = Push(Call::kMount, target);
    mount.source = type;
    mount.type = type;
    mount.flags = flags;
    mount.data = data;
  }

  void SetAttributes(const std::string& target, uint64_t attributes, bool recursive) {
    MountAction& action = Push(Call::kSetAttributes, target);
    action.attributes = attributes;
    action.flags = recursive ? AT_RECURSIVE : 0;
  }

  MountAction& BindOnto(const std::string& source, const std::string& target) {
    MountAction& bind = Push(Call::kMount, target);
    bind.source = source;
    bind.flags = MS_BIND | MS_REC;
    return bind;
  }

  Status Bind(const MountStep& step, uint64_t attributes) {
    struct stat info;
    if (::stat(step.source.c_str(), &info) != 0) {
      return Fail(Code::kInvalidArgument,
                  "'" + step.source + "' is to be mounted and is not there");
    }
    MakeParents(step.target);
    Push(S_ISDIR(info.st_mode) ? Call::kMakeDirectory : Call::kMakeFile, step.target);
    BindOnto(step.source, step.target);
    SetAttributes(step.target, attributes, true);
    return {};
  }

  // A root without capabilities still owns the files of /proc/sys, so they are made read-only; what
  // shows the machine's memory, keys and timers is covered.
  void AddProc(const std::string& target) {
    MountNew("proc", target, MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
    for (const char* name : {"/sys", "/sysrq-trigger", "/irq", "/bus", "/fs", "/acpi", "/scsi"}) {
      const std::string path = target + name;
      BindOnto(Outside(path), path).optional = true;
      SetAttributes(path, kHarmless | MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC, true);
      actions_.back().optional = true;
    }
    for (const char* name : {"/kcore", "/keys", "/timer_list", "/sched_debug", "/kmsg"}) {
      BindOnto("/dev/null", target + name).optional = true;
    }
  }

  void AddDevices(const std::string& target) {
    MountNew("tmpfs", target, MS_NOSUID | MS_NOEXEC, "mode=0755");
    for (const char* name : {"/null", "/zero", "/full", "/random", "/urandom", "/tty"}) {
      const std::string path = target + name;
      Push(Call::kMakeFile, path);
      BindOnto(std::string("/dev") + name, path).optional = std::string_view(name) == "/tty";
    }
    MountNew("tmpfs", target + "/shm", MS_NOSUID | MS_NODEV, "mode=1777");
    MountNew("devpts", target + "/pts", MS_NOSUID | MS_NOEXEC,
             "newinstance,ptmxmode=0666,mode=0620");
    actions_.back().optional = true;
    MakeSymlink(target + "/ptmx", "pts/ptmx");
    MakeSymlink(target + "/fd", "/proc/self/fd");
    MakeSymlink(target + "/stdin", "/proc/self/fd/0");
    MakeSymlink(target + "/stdout", "/proc/self/fd/1");
    MakeSymlink(target + "/stderr", "/proc/self/fd/2");
    SetAttributes(target, MOUNT_ATTR_RDONLY, false);
  }

  void AddOverlay(const MountStep& step) {
    std::string data =
        "lowerdir=" + step.source + ",upperdir=" + step.upper + ",workdir=" + step.scratch;
    // The changes are thrown away with the sandbox: without "volatile" its end would wait for the
    // whole file system to be written to disk.
    data += ",volatile";
    if (spec_.user_namespace) data += ",userxattr";
    MountNew("overlay", step.target, MS_NOSUID | MS_NODEV, data);
  }

  const SandboxSpec& spec_;
  std::vector<MountAction> actions_;
};

}  // namespace

Result<SandboxPlan> SandboxPlan::Make(const SandboxSpec& spec) {
  SandboxPlan plan;
  plan.user_namespace = spec.user_namespace;
  plan.mount_point = spec.mount_point;
  plan.hostname = spec.hostname;
  plan.own_network = spec.own_network;
  // An ordinary user may map nobody but itself.
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  plan.uid_map = uid + " " + uid + " 1\n";
  plan.gid_map = gid + " " + gid + " 1\n";
  Planner planner(spec);
  for (const MountStep& step : spec.steps) PENSTOCK_RETURN_IF_ERROR(planner.Add(step));
  plan.actions = planner.Take();
  return plan;
}

}  // namespace penstock::sys
