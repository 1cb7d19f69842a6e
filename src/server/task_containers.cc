// SPDX-License-Identifier: Apache-2.0
#include "server/task_containers.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include "executor/container/container_executor.h"
#include "executor/container/containerd_engine.h"
#include "executor/container/docker_engine.h"
#include "executor/container/first_engine.h"

namespace penstock::server {
namespace {

using Engine = std::unique_ptr<executor::ContainerEngine>;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// What `--containers` asks for; of "auto", whichever answers.
base::Result<Engine> EngineOf(const std::string& choice, const std::string& directory,
                              base::Logger& logger) {
  std::vector<Engine> engines;
  auto socket = executor::DockerSocket(Variable("DOCKER_HOST"));
  if (!socket && choice == "docker") return base::Fail(std::move(socket).error());
  if (!socket && choice == "auto") {
    logger.Warning("tasks cannot run in Docker's containers", {{"why", socket.error().message()}});
  }
  if (socket && choice != "containerd") engines.push_back(executor::MakeDockerEngine(*socket));
  if (choice != "docker") {
    engines.push_back(executor::MakeContainerdEngine({Variable("CONTAINERD_ADDRESS"),
                                                      Variable("CONTAINERD_NAMESPACE"),
                                                      directory + "/containers/containerd"}));
  }
  return engines.size() == 1 ? std::move(engines.front())
                             : executor::FirstEngineOf(std::move(engines));
}

}  // namespace

base::Result<std::unique_ptr<engine::Executor>> WithContainers(
    const ServerConfig& config, const executor::LocalExecutorOptions& local,
    std::unique_ptr<engine::Executor> executor, engine::ArtifactStore& artifacts,
    const base::Clock& clock, base::Random& random, base::Logger& logger) {
  if (config.containers == "off") return executor;
  PENSTOCK_TRY(auto engine, EngineOf(config.containers, local.directory, logger));
  executor::ContainerExecutorOptions options;
  options.directory = local.directory;
  options.network = config.task_network ? config.container_network : "none";
  options.processes = static_cast<int64_t>(config.task_processes);
  options.max_parallel_tasks = local.max_parallel_tasks;
  options.hosts = local.hosts;
  options.ca_files = local.ca_files;
  options.env = local.env;
  options.keys = local.keys;
  return executor::MakeContainerExecutor(options, std::move(executor), std::move(engine), artifacts,
                                         clock, random, logger);
}

}  // namespace penstock::server
