// SPDX-License-Identifier: Apache-2.0
#include "server/task_containers.h"

#include <cstdlib>
#include <utility>

#include "executor/container/container_executor.h"
#include "executor/container/docker_engine.h"

namespace penstock::server {

base::Result<std::unique_ptr<engine::Executor>> WithContainers(
    const ServerConfig& config, const executor::LocalExecutorOptions& local,
    std::unique_ptr<engine::Executor> executor, engine::ArtifactStore& artifacts,
    const base::Clock& clock, base::Random& random, base::Logger& logger) {
  if (config.containers == "off") return executor;
  const char* host = std::getenv("DOCKER_HOST");
  auto socket = executor::DockerSocket(host == nullptr ? "" : host);
  if (!socket && config.containers == "auto") {
    logger.Warning("tasks cannot run in containers", {{"why", socket.error().message()}});
    return executor;
  }
  if (!socket) return base::Fail(std::move(socket).error());
  executor::ContainerExecutorOptions options;
  options.directory = local.directory;
  options.network = config.task_network ? config.container_network : "none";
  options.processes = static_cast<int64_t>(config.task_processes);
  options.max_parallel_tasks = local.max_parallel_tasks;
  options.hosts = local.hosts;
  options.ca_files = local.ca_files;
  options.env = local.env;
  options.keys = local.keys;
  return executor::MakeContainerExecutor(options, std::move(executor),
                                         executor::MakeDockerEngine(*socket), artifacts, clock,
                                         random, logger);
}

}  // namespace penstock::server
