// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace penstock::executor {

// The folders that outlive tasks: workspaces, one a run, and volumes by name. Thread-safe, because
// all that is kept is on disk.
//
//   <directory>/workspaces/<run id>         what the run's tasks see at /kfp-workspace
//   <directory>/workspaces/<run id>.until   when it may go, in seconds since 1970
//   <directory>/volumes/<name>
class KeptFolders {
 public:
  // `clock` must outlive it.
  KeptFolders(std::string directory, const base::Clock& clock)
      : directory_(std::move(directory)), clock_(clock) {}

  // Made where absent; from now on it stays.
  base::Result<std::string> Workspace(const std::string& run_id) const;
  // It may go once that time has passed, with a Sweep.
  void KeepWorkspace(const std::string& run_id, std::chrono::seconds time) const;
  // Made where absent, as is the folder `sub_path` in it.
  base::Result<std::string> Volume(const std::string& name, const std::string& sub_path) const;
  base::Status RemoveVolume(const std::string& name) const;
  // Removes the workspaces whose time has come.
  void Sweep() const;

 private:
  std::string directory_;
  const base::Clock& clock_;
};

}  // namespace penstock::executor
