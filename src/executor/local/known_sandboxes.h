// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "executor/local/task_sandbox.h"

namespace penstock::executor {

// A warm task's sandbox, and what tells it from others.
struct KnownSandbox {
  sys::SandboxSpec spec;
  std::string key;  // SandboxKey()
};

// The sandboxes of the last second's warm tasks: which files and folders of the machine one shows
// takes a hundred looks at the disk, and tasks that follow each other show the same. Whose it is,
// and what is in the task's own folders, is never remembered. Thread-safe.
class KnownSandboxes {
 public:
  // As TaskSandbox() and SandboxKey() make them, for the same files each time. The view has no
  // folders of the task's own choice.
  KnownSandbox Find(SandboxKind kind, const SandboxFiles& files, const TaskView& view);
  void Forget();

 private:
  using Clock = std::chrono::steady_clock;
  struct Remembered {
    std::string view;         // what of it matters
    std::string work_folder;  // that the steps name
    std::vector<sys::MountStep> steps;
    std::string key;  // of the steps
    Clock::time_point made;
  };

  std::mutex mutex_;
  std::vector<Remembered> remembered_;
};

}  // namespace penstock::executor
