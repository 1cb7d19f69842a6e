// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_sandbox.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <unistd.h>

#include "ir/executor_io.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using Kind = sys::MountStep::Kind;

// The folders of the host that make up its programs. What is not among them (/home, /root, /srv,
// /var, /run, /mnt, …) does not exist for a task.
constexpr const char* kSystemFolders[] = {"/usr",    "/bin", "/sbin", "/lib", "/lib32", "/lib64",
                                          "/libx32", "/etc", "/opt",  "/nix", "/gnu",   "/sys"};
// What of these is nobody's business, where a task runs as root and could read it.
constexpr const char* kSecretFiles[] = {"/etc/shadow", "/etc/shadow-", "/etc/gshadow",
                                        "/etc/gshadow-"};
constexpr const char* kSecretFolders[] = {"/etc/ssh", "/etc/ssl/private", "/etc/kubernetes",
                                          "/etc/sudoers.d"};

std::string RealPath(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return error ? path : real.string();
}

bool IsBelow(const std::string& path, const std::string& folder) {
  return path == folder ||
         (path.size() > folder.size() && path.compare(0, folder.size(), folder) == 0 &&
          path[folder.size()] == '/');
}

class SandboxMaker {
 public:
  SandboxMaker(SandboxKind kind, const SandboxFiles& files, const TaskView& view)
      : files_(files), view_(view), spec_(BareSandbox(kind, files, view)) {}

  sys::SandboxSpec Make() {
    view_.root.empty() ? AddSystem() : AddRoot();
    // What is not everybody's is to look as it would without another user.
    mapped_ = true;
    Add(Kind::kProc, "/proc");
    Add(Kind::kDevices, "/dev");
    AddOwnFolders();
    AddNetworkFiles();
    AddCertificates();
    AddInterpreter();
    AddEnvironment();
    for (const std::string& folder : view_.extra_folders) ShowFolder(folder);
    for (const BoundFolder& input : view_.inputs) spec_.steps.push_back(InputStep(input));
    for (const BoundFolder& folder : view_.folders) {
      Add(folder.writable ? Kind::kBindWritable : Kind::kBindReadOnly, folder.target,
          folder.source);
    }
    return std::move(spec_);
  }

 private:
  void Add(Kind kind, const std::string& target, const std::string& source = "") {
    spec_.steps.push_back({kind, target, source, "", "", mapped_});
  }

  bool IsVisible(const std::string& path) const {
    for (const std::string& folder : visible_) {
      if (IsBelow(path, folder)) return true;
    }
    return false;
  }

  void AddSystem() {
    for (const char* folder : kSystemFolders) {
      std::error_code error;
      if (fs::is_symlink(folder, error)) {
        Add(Kind::kSymlink, folder, fs::read_symlink(folder, error).string());
      } else if (fs::is_directory(folder, error)) {
        Add(Kind::kBindReadOnly, folder, folder);
        visible_.push_back(folder);
      }
    }
    // The executor's own folder may lie in one of them: the tasks' files and the run records beside
    // it must not be seen.
    if (const std::string hidden = HiddenFolder(); IsVisible(hidden)) Add(Kind::kCover, hidden);
    if (::geteuid() != 0) return;  // they cannot be read anyway
    for (const char* file : kSecretFiles) {
      if (::access(file, F_OK) == 0) Add(Kind::kBindReadOnly, file, "/dev/null");
    }
    for (const char* folder : kSecretFolders) {
      std::error_code error;
      if (fs::is_directory(folder, error)) Add(Kind::kCover, folder);
    }
  }

  // The programs of a root file system that somebody has brought. What a sandbox has of its own is
  // not taken from it.
  void AddRoot() {
    const std::set<std::string> own = {"proc", "dev",   "sys", "tmp", "run", "var",
                                       "home", "minio", "s3",  "gcs", "oci", "kfp-workspace"};
    std::error_code error;
    for (fs::directory_iterator entry(view_.root, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (own.contains(name)) continue;
      std::error_code ignored;
      if (entry->is_symlink(ignored)) {
        Add(Kind::kSymlink, "/" + name, fs::read_symlink(entry->path(), ignored).string());
      } else {
        Add(Kind::kBindReadOnly, "/" + name, entry->path().string());
      }
      visible_.push_back("/" + name);
    }
  }

  // The mount point is in the executor's folder, and that is in the server's data folder, unless it
  // was put right into a folder of the system.
  std::string HiddenFolder() const {
    const fs::path executor = fs::path(RealPath(files_.mount_point)).parent_path();
    const std::string data = executor.parent_path().string();
    for (const char* shared : {"/", "/usr", "/usr/local", "/usr/lib", "/usr/share", "/opt"}) {
      if (data == shared) return executor.string();
    }
    return data;
  }

  void AddOwnFolders() {
    const std::string& folder = view_.work->folder();
    for (std::string_view mirror : WorkFolder::kMirrors) {
      Add(Kind::kBindWritable, std::string(mirror), folder + "/mirror" + std::string(mirror));
    }
    Add(Kind::kBindWritable, "/tmp", folder + "/tmp");
    Add(Kind::kBindWritable, std::string(WorkFolder::kHome), folder + "/home");
    Add(Kind::kSymlink, "/var/tmp", "/tmp");
    if (const std::string& workspace = view_.work->workspace(); !workspace.empty()) {
      Add(Kind::kBindWritable, std::string(ir::kWorkspacePath), workspace);
    }
    Add(Kind::kDirectory, "/run");
    Add(Kind::kSymlink, "/var/run", "/run");
  }

  void AddNetworkFiles() {
    if (!view_.root.empty()) return AddNetworkFilesOfRoot();
    if (!files_.hosts.empty() && ::access("/etc/hosts", F_OK) == 0) {
      Add(Kind::kBindReadOnly, RealPath("/etc/hosts"), files_.hosts);
    }
    // On many systems this is a link into /run.
    const std::string resolver = RealPath("/etc/resolv.conf");
    std::error_code error;
    if (!IsVisible(resolver) && fs::is_regular_file(resolver, error)) {
      Add(Kind::kBindReadOnly, resolver, resolver);
    }
  }

  // Over those of the root file system, where it has some: its /etc is read-only.
  void AddNetworkFilesOfRoot() {
    auto over = [&](const std::string& target, const std::string& source) {
      std::error_code error;
      if (!source.empty() && fs::is_regular_file(fs::symlink_status(view_.root + target, error))) {
        Add(Kind::kBindReadOnly, target, source);
      }
    };
    over("/etc/hosts", files_.hosts);
    over("/etc/resolv.conf", RealPath("/etc/resolv.conf"));
  }

  void AddCertificates() {
    if (files_.certificates.empty()) return;
    Add(Kind::kBindReadOnly, std::string(kTaskCertificates), files_.certificates);
    if (!view_.root.empty()) return;
    const std::string system = RealPath(files_.system_certificates);
    if (!system.empty() && IsVisible(system)) Add(Kind::kBindReadOnly, system, files_.certificates);
  }

  // Python reads its standard library when it first needs each part, so all of it stays in sight,
  // wherever it lies.
  void AddInterpreter() {
    if (view_.interpreter == nullptr) return;
    for (const std::string& folder : view_.interpreter->folders) {
      // An interpreter in a system folder has "/usr" for a prefix, or even "/".
      if (folder != "/") ShowFolder(folder);
    }
  }

  void AddEnvironment() {
    if (view_.venv.empty()) return;
    if (!view_.venv_copy.empty()) {
      Add(Kind::kBindWritable, view_.venv, view_.venv_copy);
    } else if (view_.venv_overlay) {
      spec_.steps.push_back({Kind::kOverlay, view_.venv, view_.venv,
                             view_.work->folder() + "/upper", view_.work->folder() + "/scratch"});
    } else {
      Add(Kind::kBindReadOnly, view_.venv, view_.venv);
    }
  }

  void ShowFolder(const std::string& folder) {
    std::error_code error;
    if (IsVisible(folder) || !fs::exists(folder, error)) return;
    Add(Kind::kBindReadOnly, folder, folder);
    visible_.push_back(folder);
  }

  const SandboxFiles& files_;
  const TaskView& view_;
  sys::SandboxSpec spec_;
  std::vector<std::string> visible_;
  bool mapped_ = false;
};

bool Works(SandboxKind kind, const SandboxFiles& files, const TaskView& view, std::string& why) {
  sys::ProcessSpec spec;
  // The shell proves that programs and the environment can be read and written.
  spec.command = {"sh", "-c",
                  "test -r /proc/self/status && : > /tmp/probe" +
                      (view.venv.empty() ? "" : " && : > " + view.venv + "/probe")};
  spec.env = {{"PATH", "/usr/bin:/bin"}};
  spec.sandbox = TaskSandbox(kind, files, view);
  auto output = sys::RunCommand(spec, std::chrono::seconds(20), 4096);
  if (output && output->status.success()) return true;
  why = output ? output->text : output.error().message();
  return false;
}

}  // namespace

std::string_view SandboxKindName(SandboxKind kind) {
  switch (kind) {
    case SandboxKind::kNamespaces:
      return "namespaces";
    case SandboxKind::kUserNamespaces:
      return "user namespaces";
    case SandboxKind::kNone:
      return "none";
  }
  return "none";
}

sys::MountStep InputStep(const BoundFolder& input) {
  return {Kind::kBindReadOnly, input.target, input.source, "", "", true, true};
}

sys::SandboxSpec BareSandbox(SandboxKind kind, const SandboxFiles& files, const TaskView& view) {
  sys::SandboxSpec spec;
  spec.user_namespace = kind == SandboxKind::kUserNamespaces;
  spec.mount_point = files.mount_point;
  spec.hostname = kTaskHostname;
  spec.own_network = view.own_network;
  spec.user = view.user;
  return spec;
}

sys::SandboxSpec TaskSandbox(SandboxKind kind, const SandboxFiles& files, const TaskView& view) {
  return SandboxMaker(kind, files, view).Make();
}

SandboxAbility ProbeSandbox(const SandboxFiles& files, const std::string& scratch_folder,
                            base::Logger& logger) {
  SandboxAbility ability;
  const std::string lower = scratch_folder + "-lower";
  std::string why;
  for (SandboxKind kind : {SandboxKind::kNamespaces, SandboxKind::kUserNamespaces}) {
    if (kind == SandboxKind::kNamespaces && ::geteuid() != 0) continue;
    auto work = WorkFolder::Make(scratch_folder, true);
    std::error_code error;
    fs::create_directories(lower, error);
    if (!work || error) break;
    TaskView view;
    view.work = &*work;
    if (!Works(kind, files, view, why)) continue;
    ability.kind = kind;
    view.venv = lower;
    view.venv_overlay = true;
    std::string ignored;
    ability.overlays = Works(kind, files, view, ignored);
    break;
  }
  static_cast<void>(sys::RemoveTree(lower));
  if (ability.kind == SandboxKind::kNone) {
    logger.Warning(
        "namespaces are not permitted here: tasks run as plain processes, one at a time, "
        "and can see this machine's files; allow unprivileged user namespaces, or run "
        "the server as root",
        {{"why", why}});
  }
  return ability;
}

}  // namespace penstock::executor
