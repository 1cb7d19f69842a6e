// SPDX-License-Identifier: Apache-2.0
#include "cli/pipeline_options.h"

#include <CLI/CLI.hpp>

namespace penstock::cli {

void AddPipelineOptions(CLI::App& command, server::ServerConfig& config) {
  constexpr int64_t kMostDays = 100 * 366;
  command.add_flag("!--no-caching", config.caching,
                   "Run every task, whatever the cache has and whatever tasks ask for");
  command
      .add_option("--keep-runs", config.keep_runs_days,
                  "DAYS after which a run that has ended is deleted with all that only it owns; "
                  "without it runs are kept. What is locked, in the cache, or another run's, stays")
      ->check(CLI::Range(int64_t{1}, kMostDays));
  command
      .add_option("--keep-archived-runs", config.keep_archived_runs_days,
                  "The same for archived runs")
      ->check(CLI::Range(int64_t{1}, kMostDays));
  command
      .add_option(
          "--keep-cache", config.keep_cache_days,
          "DAYS without a hit after which a cache entry is dropped; without it entries, and "
          "the artifacts they need, are kept")
      ->check(CLI::Range(int64_t{1}, kMostDays));
  command
      .add_option(
          "--keep-experiments", config.keep_experiments_days,
          "DAYS after which an experiment goes that holds no runs any more, counted from its "
          "last run; without it experiments are kept. The default one stays, and what a "
          "recurring run, trigger or webhook names")
      ->check(CLI::Range(int64_t{1}, kMostDays));
  command
      .add_option("--retention-day", config.retention_day_seconds,
                  "How many seconds a day of these lasts; shorten it to test them")
      ->check(CLI::Range(int64_t{1}, int64_t{24} * 60 * 60))
      ->capture_default_str();
  command
      .add_option_function<std::string>(
          "--task-network",
          [&config](const std::string& kind) { config.task_network = kind != "none"; },
          "host: tasks use this machine's network; none: they have nothing but a loopback of their "
          "own. A task may also ask for none itself (label penstock.dev/network of its pod)")
      ->check(CLI::IsMember({"host", "none"}))
      ->default_str("host");
  command
      .add_option_function<std::string>(
          "--warm", [&config](const std::string& when) { config.warm = when != "off"; },
          "auto: a Python that has imported the SDK is kept ready for each environment in use and "
          "forks into the tasks' sandboxes, where the machine permits it; off: every task starts a "
          "Python of its own")
      ->check(CLI::IsMember({"auto", "off"}))
      ->default_str("auto");
  command
      .add_option("--task-process-limit", config.task_processes,
                  "How many processes and threads a task may have at once; 0: any number")
      ->check(CLI::Range(uint64_t{0}, uint64_t{4} << 20))
      ->capture_default_str();
  command.add_option("--task-disk-limit", config.task_disk_limit,
                     "How much of the disk the files of a running task may take, such as 10Gi; any "
                     "amount unless said otherwise, as long as the disk is not nearly full");
  command
      .add_option(
          "--containers", config.containers,
          "auto: tasks whose image this machine cannot stand for run in containers where "
          "Docker answers (DOCKER_HOST, or /var/run/docker.sock) or, failing that, containerd "
          "(CONTAINERD_ADDRESS, or /run/containerd/containerd.sock; images of "
          "CONTAINERD_NAMESPACE); off: they are refused")
      ->check(CLI::IsMember({"auto", "docker", "containerd", "off"}))
      ->capture_default_str();
  command
      .add_option("--container-network", config.container_network,
                  "The network of tasks in containers: host, none or, of Docker alone, bridge or "
                  "another by its name")
      ->capture_default_str();
}

}  // namespace penstock::cli
