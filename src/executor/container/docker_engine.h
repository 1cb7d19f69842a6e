// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "executor/container/container_engine.h"

namespace penstock::executor {

// Docker, or what speaks its API, on a socket of this machine.
std::unique_ptr<ContainerEngine> MakeDockerEngine(std::string socket);

// The socket that DOCKER_HOST names, or the usual one. kInvalidArgument where it names something
// that is not on this machine: folders of tasks are mounted.
base::Result<std::string> DockerSocket(const std::string& docker_host);

}  // namespace penstock::executor
