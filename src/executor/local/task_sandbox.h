// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "executor/local/interpreter_finder.h"
#include "executor/local/work_folder.h"
#include "sys/sandbox.h"

namespace penstock::executor {

enum class SandboxKind { kNamespaces, kUserNamespaces, kNone };
std::string_view SandboxKindName(SandboxKind kind);  // "namespaces", "user namespaces", "none"

// What this machine permits.
struct SandboxAbility {
  SandboxKind kind = SandboxKind::kNone;
  bool overlays = false;  // whether environments can be made writable by overlays
};

// Where the executor keeps what all sandboxes share.
struct SandboxFiles {
  std::string mount_point;          // an empty folder
  std::string hosts;                // a file for /etc/hosts; "": the system's
  std::string certificates;         // a bundle; "": none
  std::string system_certificates;  // where the system has its own
};

// One task's view of the machine.
struct TaskView {
  std::string root;  // a folder whose programs it sees; "": this machine's
  std::vector<BoundFolder> folders;
  const WorkFolder* work = nullptr;
  const Interpreter* interpreter = nullptr;
  std::string venv;                          // its environment; "" for none
  bool venv_overlay = false;                 // writable through an overlay
  std::string venv_copy;                     // or a copy that stands in its place; "" for none
  std::vector<BoundFolder> inputs;           // read-only, under the mirrors; parents come first
  std::vector<std::string> extra_folders;    // of the host, to be visible read-only
  bool own_network = false;                  // nothing but loopback
  const sys::UserNamespace* user = nullptr;  // whose sandbox it is; null: nobody else's
};

inline constexpr std::string_view kTaskHostname = "penstock-task";
inline constexpr std::string_view kTaskCertificates = "/run/penstock/ca-certificates.crt";

// The host's programs read-only; everything else that is there is the task's own.
sys::SandboxSpec TaskSandbox(SandboxKind kind, const SandboxFiles& files, const TaskView& view);
// The same before its first step.
sys::SandboxSpec BareSandbox(SandboxKind kind, const SandboxFiles& files, const TaskView& view);
// How an input is shown: behind all that the sandboxes of other tasks have, too.
sys::MountStep InputStep(const BoundFolder& input);

// Tries sandboxes in falling order of strength by running a program in one. `scratch_folder` may be
// written for it.
SandboxAbility ProbeSandbox(const SandboxFiles& files, const std::string& scratch_folder,
                            base::Logger& logger);

}  // namespace penstock::executor
