// SPDX-License-Identifier: Apache-2.0
#include "sys/sandbox_plan.h"

#include <filesystem>
#include <map>
#include <utility>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/room.h"
#include "sys/user_namespace.h"

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using Call = MountAction::Call;

constexpr const char* kTerminals = "newinstance,ptmxmode=0666,mode=0620";
constexpr uint64_t kHarmless = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

// Turns steps into system calls.
class Planner {
 public:
  Planner(const SandboxSpec& spec, const std::string& mount_point, bool in_room)
      : spec_(spec), mount_point_(mount_point), in_room_(in_room) {}

  Status Add(const MountStep& given) {
    if (given.target.empty() || given.target.front() != '/') {
      return Fail(Code::kInvalidArgument, "mount target '" + given.target + "' is not absolute");
    }
    MountStep step = given;
    // A link may be made again, and is left as it is.
    if (step.kind != MountStep::Kind::kSymlink) step.target = PastLinks(std::move(step.target));
    return in_room_ && !step.own ? Renew(step) : Make(step);
  }

  // What can be done only when all is in its place.
  void Finish() {
    for (const std::string& cover : covers_) SetAttributes(cover, MOUNT_ATTR_RDONLY, false);
  }

  std::vector<MountAction> Take() { return std::move(actions_); }
  std::vector<UniqueFd> TakeTrees() { return std::move(trees_); }

 private:
  Status Make(const MountStep& step) {
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
        if (spec_.room != nullptr) {
          return Fail(Code::kInvalidArgument, step.target + ": a room keeps no writable tmpfs");
        }
        MountNew("tmpfs", step.target, MS_NOSUID | MS_NODEV, "mode=0755");
        return {};
      case MountStep::Kind::kCover:
        MountNew("tmpfs", step.target, MS_NOSUID | MS_NODEV, "mode=0755");
        covers_.push_back(step.target);
        return {};
      case MountStep::Kind::kProc:
        MountNew("proc", step.target, MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
        CoverProc(step.target);
        return {};
      case MountStep::Kind::kDevices:
        AddDevices(step.target);
        return {};
      case MountStep::Kind::kOverlay:
        return spec_.user == nullptr ? AddOverlay(step) : AddMappedOverlay(step);
    }
    return {};
  }

  // What a furnished room still needs for a step.
  Status Renew(const MountStep& step) {
    switch (step.kind) {
      case MountStep::Kind::kSymlink:
        RememberLink(step.target, step.source);
        return {};
      case MountStep::Kind::kBindWritable:
      case MountStep::Kind::kOverlay:
        Push(Call::kIsIdle, step.target);
        return {};
      case MountStep::Kind::kProc:
        RenewMount("proc", step.target, kHarmless | MOUNT_ATTR_NOEXEC, "");
        CoverProc(step.target);
        return {};
      case MountStep::Kind::kDevices:
        ReuseMount(01777, "tmpfs", step.target + "/shm", kHarmless, "mode=1777");
        ReuseMount(0755, "devpts", step.target + "/pts", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
                   kTerminals);
        return {};
      default:
        return {};
    }
  }

  void RenewMount(const char* type, const std::string& target, uint64_t attributes,
                  const char* data) {
    MountAction& action = Push(Call::kRenew, target);
    action.type = type;
    action.attributes = attributes;
    action.data = data;
  }

  // The end of every mount waits for all processors; most tasks have left these alone.
  void ReuseMount(unsigned long mode, const char* type, const std::string& target,
                  uint64_t attributes, const char* data) {
    RenewMount(type, target, attributes, data);
    actions_.back().call = Call::kReuse;
    actions_.back().flags = mode;
  }

  std::string Outside(const std::string& target) const { return mount_point_ + target; }

  // Where the path leads past the links made before. The kernel would follow them too, but out of
  // the new root, for the old one is still in place then.
  std::string PastLinks(std::string path) const {
    constexpr int kMostLinks = 40;  // as the kernel has it
    for (int followed = 0; followed < kMostLinks; ++followed) {
      size_t end = 0;
      auto link = links_.end();
      while (link == links_.end() && end != std::string::npos) {
        end = path.find('/', end + 1);
        link = links_.find(path.substr(0, end));
      }
      if (link == links_.end()) break;
      path = link->second + (end == std::string::npos ? "" : path.substr(end));
    }
    return path;
  }

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
    RememberLink(target, text);
  }

  void RememberLink(const std::string& target, const std::string& text) {
    const std::filesystem::path folder = std::filesystem::path(target).parent_path();
    links_.emplace(target, (folder / text).lexically_normal().string());
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
    if (step.mapped && spec_.user != nullptr) {
      return MoveOnto(step.source, step.target, (attributes & MOUNT_ATTR_RDONLY) != 0);
    }
    BindOnto(step.source, step.target);
    SetAttributes(step.target, attributes, true);
    return {};
  }

  // A root without capabilities still owns the files of /proc/sys, so they are made read-only; what
  // shows the machine's memory, keys and timers is covered.
  void CoverProc(const std::string& target) {
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
    MountNew("devpts", target + "/pts", MS_NOSUID | MS_NOEXEC, kTerminals);
    actions_.back().optional = true;
    MakeSymlink(target + "/ptmx", "pts/ptmx");
    MakeSymlink(target + "/fd", "/proc/self/fd");
    MakeSymlink(target + "/stdin", "/proc/self/fd/0");
    MakeSymlink(target + "/stdout", "/proc/self/fd/1");
    MakeSymlink(target + "/stderr", "/proc/self/fd/2");
    SetAttributes(target, MOUNT_ATTR_RDONLY, false);
  }

  Status MoveOnto(const std::string& source, const std::string& target, bool read_only) {
    PENSTOCK_TRY(UniqueFd tree, spec_.user->MappedTree(source, read_only));
    // Out of the way of a child's standard files and pipes.
    trees_.emplace_back(::fcntl(tree.get(), F_DUPFD_CLOEXEC, kFirstKeptFile));
    if (!trees_.back().valid()) return Fail(Code::kUnavailable, "out of file descriptors");
    Push(Call::kMoveMount, target).file = trees_.back().get();
    return {};
  }

  // The layers are seen for a moment only: the overlay holds on to them.
  Status AddMappedOverlay(const MountStep& step) {
    const std::string lower = "/.layer-lower", changes = "/.layer-changes";
    const size_t slash = step.upper.rfind('/');
    if (slash == std::string::npos || step.scratch.compare(0, slash + 1, step.upper, 0, slash + 1))
      return Fail(Code::kInvalidArgument, "the folders of an overlay must lie beside each other");
    for (const std::string& layer : {lower, changes}) Push(Call::kMakeDirectory, layer);
    PENSTOCK_RETURN_IF_ERROR(MoveOnto(step.source, lower, true));
    PENSTOCK_RETURN_IF_ERROR(MoveOnto(step.upper.substr(0, slash), changes, false));
    MountStep mapped = step;
    mapped.source = Outside(lower);
    mapped.upper = Outside(changes) + step.upper.substr(slash);
    mapped.scratch = Outside(changes) + step.scratch.substr(slash);
    PENSTOCK_RETURN_IF_ERROR(AddOverlay(mapped));
    for (const std::string& layer : {lower, changes}) Push(Call::kUnmount, layer);
    return {};
  }

  Status AddOverlay(const MountStep& step) {
    std::string data =
        "lowerdir=" + step.source + ",upperdir=" + step.upper + ",workdir=" + step.scratch;
    // The changes are thrown away with the sandbox: without "volatile" its end would wait for the
    // whole file system to be written to disk.
    data += ",volatile";
    if (spec_.user_namespace || spec_.user != nullptr) data += ",userxattr";
    MountNew("overlay", step.target, MS_NOSUID | MS_NODEV, data);
    return {};
  }

  const SandboxSpec& spec_;
  const std::string& mount_point_;
  const bool in_room_;
  std::vector<MountAction> actions_;
  std::vector<std::string> covers_;
  std::vector<UniqueFd> trees_;
  std::map<std::string, std::string> links_;  // path, and where it leads
};

// Another user cannot get to the mount point of ours, but can mount over any folder in a mount
// namespace of its own.
Result<std::string> MountPointForAll() {
  for (const char* folder : {"/tmp", "/mnt", "/srv", "/media"}) {
    struct stat info;
    if (::lstat(folder, &info) == 0 && S_ISDIR(info.st_mode) && (info.st_mode & S_IXOTH) != 0) {
      return std::string(folder);
    }
  }
  return Fail(Code::kFailedPrecondition, "there is no folder that everybody may enter");
}

}  // namespace

Result<SandboxPlan> SandboxPlan::Make(const SandboxSpec& spec) {
  SandboxPlan plan;
  plan.user_namespace = spec.user_namespace;
  plan.mount_point = spec.mount_point;
  if (spec.user != nullptr) {
    PENSTOCK_TRY(plan.mount_point, MountPointForAll());
  }
  plan.hostname = spec.hostname;
  plan.own_network = spec.own_network;
  // An ordinary user may map nobody but itself.
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  plan.uid_map = uid + " " + uid + " 1\n";
  plan.gid_map = gid + " " + gid + " 1\n";
  const bool in_room = spec.room != nullptr && spec.room->furnished();
  if (in_room) plan.mount_point = "";
  Planner planner(spec, plan.mount_point, in_room);
  for (const MountStep& step : spec.steps) PENSTOCK_RETURN_IF_ERROR(planner.Add(step));
  planner.Finish();
  plan.actions = planner.Take();
  plan.trees = planner.TakeTrees();
  if (in_room) {
    plan.trees.emplace_back(::fcntl(spec.room->mounts(), F_DUPFD_CLOEXEC, kFirstKeptFile));
    if (!plan.trees.back().valid()) return Fail(Code::kUnavailable, "out of file descriptors");
    plan.room = plan.trees.back().get();
  }
  return plan;
}

}  // namespace penstock::sys
