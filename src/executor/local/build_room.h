// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "executor/local/environment_spec.h"
#include "executor/local/task_sandbox.h"
#include "executor/local/work_folder.h"
#include "sys/process.h"
#include "sys/system_call_filter.h"

namespace penstock::executor {

// What builds are confined by, where this machine permits it.
struct BuildConfinement {
  SandboxKind kind = SandboxKind::kNone;
  SandboxFiles files;
  std::string work_directory;                           // a folder for each build
  std::shared_ptr<const sys::SystemCallFilter> filter;  // null: none here
};

// What one build needs of this machine.
struct BuildNeeds {
  std::string folder;           // where the environment is to be, as everybody sees it
  std::string cache_directory;  // the package tool's; what is beside it is ours
  const Interpreter* interpreter = nullptr;
  std::string tool;                        // the package tool's program; "": none
  std::vector<std::string> local_folders;  // where packages may lie
};

// Where an environment is made. Installing runs code of strangers as soon as a package comes as its
// source, so that it happens in a sandbox like a task's: of the machine it sees the programs,
// read-only, and it writes to the environment's folder and the tool's cache alone. Both lie in one
// mount, as files are shared by hard links: the folder of the cache, which stands where all
// environments are. What was made is moved to its place at the end.
//
// Without a confinement all paths are the machine's own, and nothing is moved.
class BuildRoom {
 public:
  static base::Result<BuildRoom> Open(const std::optional<BuildConfinement>& confinement,
                                      BuildNeeds needs);
  BuildRoom(BuildRoom&& other) noexcept;
  BuildRoom& operator=(BuildRoom&&) = delete;
  ~BuildRoom();  // removes what was not kept

  // Where a path in the environment's folder is on disk until it is kept.
  std::string OnDisk(const std::string& path) const;
  // Puts a process of the build into the room; its variables are there already.
  void Confine(sys::ProcessSpec& process) const;
  // The environment is whole: from now on it is where everybody looks for it.
  base::Status Keep();

 private:
  BuildRoom(const std::optional<BuildConfinement>& confinement, BuildNeeds needs)
      : confinement_(confinement), needs_(std::move(needs)) {}

  std::string Beside() const;  // the folder that the cache and what is being made lie in

  std::optional<BuildConfinement> confinement_;
  BuildNeeds needs_;
  std::string made_;  // on disk, while it is not kept; "" without a confinement
  std::optional<WorkFolder> work_;
};

// Of the server's variables, those that a package tool or a compiler may want. All others stay with
// the server, whose secrets may be among them.
Variables BuildVariables(const Variables& environment);

}  // namespace penstock::executor
