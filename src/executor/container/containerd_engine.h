// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "executor/container/container_engine.h"

namespace penstock::executor {

// What containerd is reached by; its client reads CONTAINERD_SNAPSHOTTER by itself.
struct ContainerdPlace {
  std::string socket;      // CONTAINERD_ADDRESS; "": the usual one
  std::string name_space;  // CONTAINERD_NAMESPACE, whose images are used; "": "default"
  std::string directory;   // of the server's, on a disk: a folder for each running container
};

// containerd on this machine, by its client `ctr`.
std::unique_ptr<ContainerEngine> MakeContainerdEngine(const ContainerdPlace& place);

}  // namespace penstock::executor
