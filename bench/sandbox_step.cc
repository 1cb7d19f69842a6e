// SPDX-License-Identifier: Apache-2.0
// What a task's sandbox costs: /bin/true bare, in the namespaces that tasks get, and with all that
// a task has around it besides (its folders, control group, filter of system calls, watch).
//
//   penstock_sandbox_step DIRECTORY [ROUNDS]
//
// The three take turns, so that the machine's noise meets all alike. CPU is that of the process and
// of ours for it, user and system.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "base/log.h"
#include "executor/local/task_guard.h"
#include "executor/local/task_sandbox.h"
#include "executor/local/work_folder.h"
#include "sys/run_process.h"

namespace {

using namespace penstock;  // NOLINT: a program
using Clock = std::chrono::steady_clock;

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double CpuMilliseconds() {
  double all = 0;
  for (int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    all += Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  }
  return all * 1000;
}

struct Row {
  const char* name;
  std::function<bool()> step;
  std::vector<double> wall, cpu;
};

void Print(const char* name, const char* what, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t count = values.size();
  std::printf("%-28s %-4s %7.2f ms   (quartiles %.2f to %.2f, least %.2f, greatest %.2f)\n", name,
              what, values[count / 2], values[count / 4], values[count * 3 / 4], values.front(),
              values.back());
}

sys::ProcessSpec True() {
  sys::ProcessSpec spec;
  spec.command = {"/bin/true"};
  spec.env = {{"PATH", "/usr/bin:/bin"}};
  spec.working_directory = "/";
  return spec;
}

bool Ended(const base::Result<sys::RunEnd>& end) {
  if (end && end->status.success()) return true;
  std::fprintf(stderr, "%s\n", end ? "it failed" : end.error().message().c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: penstock_sandbox_step DIRECTORY [ROUNDS]\n");
    return 2;
  }
  const std::string folder = std::filesystem::absolute(argv[1]).string();
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 200;
  std::filesystem::create_directories(folder + "/empty");
  base::NullLogger logger;
  executor::SandboxFiles files;
  files.mount_point = folder + "/empty";
  const executor::SandboxAbility ability =
      executor::ProbeSandbox(files, folder + "/work/probe", logger);
  if (ability.kind == executor::SandboxKind::kNone) {
    std::fprintf(stderr, "namespaces are not permitted here\n");
    return 1;
  }
  executor::TaskGuards guards;
  guards.groups = sys::ControlGroups::Open("penstock-bench", folder + "/control-groups");
  if (auto filter = sys::SystemCallFilter::ForTasks()) guards.filter = std::move(*filter);
  auto shared = executor::WorkFolder::Make(folder + "/work/shared", true);
  if (!shared) return 1;

  auto bare = [] { return Ended(sys::RunProcess(True(), {})); };
  auto namespaces = [&] {
    executor::TaskView view;
    view.work = &*shared;
    sys::ProcessSpec spec = True();
    spec.sandbox = executor::TaskSandbox(ability.kind, files, view);
    return Ended(sys::RunProcess(spec, {}));
  };
  auto whole = [&] {
    auto work = executor::WorkFolder::Make(folder + "/work/own", true);
    if (!work) return false;
    executor::TaskView view;
    view.work = &*work;
    ir::ResourceSpec resources;
    resources.memory_limit = "1Gi";
    resources.cpu_limit = "2";
    auto guard = executor::TaskGuard::Make(guards, resources, "bench", work->folder(),
                                           [](std::string_view) {});
    if (!guard) return false;
    sys::ProcessSpec spec = True();
    spec.sandbox = executor::TaskSandbox(ability.kind, files, view);
    sys::RunOptions options;
    (*guard)->Guard(spec);
    (*guard)->Watch(options);
    return Ended(sys::RunProcess(spec, options));
  };
  std::vector<Row> rows;
  rows.push_back({"bare", bare, {}, {}});
  rows.push_back({"in namespaces", namespaces, {}, {}});
  rows.push_back({"with all that a task has", whole, {}, {}});
  for (int round = -3; round < rounds; ++round) {
    for (Row& row : rows) {
      const double cpu = CpuMilliseconds();
      const auto begin = Clock::now();
      if (!row.step()) return 1;
      if (round < 0) continue;  // to warm up
      row.wall.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
      row.cpu.push_back(CpuMilliseconds() - cpu);
    }
  }
  double load = 0;
  static_cast<void>(::getloadavg(&load, 1));
  std::printf("/bin/true, %s, %d rounds, load %.1f; medians\n",
              std::string(executor::SandboxKindName(ability.kind)).c_str(), rounds, load);
  for (const Row& row : rows) {
    Print(row.name, "wall", row.wall);
    Print("", "CPU", row.cpu);
  }
  return 0;
}
