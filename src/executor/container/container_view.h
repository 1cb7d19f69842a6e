// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/executor.h"
#include "executor/container/container_engine.h"
#include "executor/local/kept_folders.h"
#include "executor/local/work_folder.h"

namespace penstock::executor {

// The folders of an attempt as its container sees them: the mirrors, /tmp, the run's workspace, and
// secrets, config maps, empty folders and volumes. All are made and may be written by any user,
// as the image says who the task runs as.
base::Result<std::vector<ContainerMount>> ContainerFolders(const engine::TaskLaunch& launch,
                                                           const KeptFolders& kept,
                                                           WorkFolder& work);

// To be called when the inputs are there: whoever the task runs as may write its outputs.
void OpenOutputFolders(const engine::TaskLaunch& launch, const WorkFolder& work);

// A copy of an input that any user may read: what the store hands over may be its own file, which
// only the server's user can.
base::Result<std::string> ReadableCopy(const std::string& source, const WorkFolder& work);

// The names that a container resolves: what was given, and this machine as host.docker.internal.
std::vector<std::pair<std::string, std::string>> ContainerHosts(
    const std::vector<std::pair<std::string, std::string>>& given, const std::string& network);

// An address of this machine alone, as a container with a network of its own reaches it.
std::string AsSeenInContainer(const std::string& url, const std::string& network);

}  // namespace penstock::executor
