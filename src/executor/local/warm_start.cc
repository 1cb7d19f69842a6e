// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_start.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "sys/folder_usage.h"

namespace penstock::executor {

using base::Code;
using base::Fail;
using base::Result;

namespace {

// Free bytes below which a disk counts as full: what failed on it may have given some back.
constexpr uint64_t kFullDisk = uint64_t{16} << 20;

}  // namespace

// Rooms are kept for tasks that are forked, and have no folders that others have not.
bool WarmStart::MayHaveRoom() const {
  return in_.shared.workers != nullptr && in_.shared.guards.filter != nullptr &&
         in_.plan.recognised && in_.shared.ability.overlays && !in_.launch.workspace &&
         in_.launch.folders.empty();
}

const std::string& WarmStart::KindOfWorker() {
  if (!kind_) kind_ = FindKind();
  return *kind_;
}

std::string WarmStart::FindKind() const {
  if (!MayHaveRoom()) return "";
  const Variables env(in_.launch.env.begin(), in_.launch.env.end());
  auto command = ReadWarmCommand(in_.plan.words, env, {}, in_.environment.venv);
  if (!command) return "";
  return WarmRequest{
      command->wants, in_.environment, in_.plan.environment.interpreter, {}, own_network()}
      .Key();
}

// It has no inputs mounted, and has used some memory already.
bool WarmStart::MayBeReady() const {
  return in_.launch.input.artifacts.empty() && in_.launch.resources.memory_limit.empty();
}

std::optional<WarmCommand> WarmStart::FindCommand(const sys::ProcessSpec& process,
                                                  const Variables& keys) const {
  if (in_.shared.workers == nullptr || !in_.plan.recognised || !in_.view.venv_overlay) return {};
  std::set<std::string> own = {"KFP_POD_NAME", "KFP_POD_UID", "KFP_RETRY_INDEX"};
  for (const auto& [name, value] : keys) own.insert(name);
  return ReadWarmCommand(in_.plan.words, process.env, own, in_.environment.venv);
}

void WarmStart::FindWorker(const sys::ProcessSpec& process, const Variables& keys) {
  command_ = FindCommand(process, keys);
  if (!command_) return;
  request_ = {command_->wants, in_.environment, in_.plan.environment.interpreter,
              in_.view.extra_folders, in_.view.own_network};
  worker_ = in_.shared.workers->Find(request_);
}

std::string WarmStart::Place(const WorkFolder& work) const {
  return WarmPlaceText(work.WorkingDirectory(), in_.shared.guards.limits.disk_bytes);
}

std::string WarmStart::Job(const sys::ProcessSpec& process) {
  const bool usual = WarmCommand::TemporaryFolder(process.env) == "/tmp";
  return command_->Job(process.env, process.working_directory, worker_->shell_is_dash(),
                       usual ? in_.work->LendProgram() : "");
}

KnownSandbox WarmStart::Sandbox(const WorkFolder& work, bool with_inputs) const {
  TaskView view = in_.view;
  view.work = &work;
  view.user = worker_->server().user().get();
  if (!with_inputs) view.inputs.clear();
  const SandboxKind kind = in_.shared.ability.kind;
  const bool usual = view.folders.empty() && work.workspace().empty();
  if (usual) return in_.shared.sandboxes->Find(kind, in_.shared.files, view);
  return {TaskSandbox(kind, in_.shared.files, view), ""};  // never kept
}

std::optional<sys::ControlGroup> WarmStart::TakeReady() {
  const std::shared_ptr<ReadySandbox> ready = in_.work->TakeReady();
  if (ready == nullptr || worker_ == nullptr) return {};
  KnownSandbox sandbox = Sandbox(*in_.work, false);
  const ReadySandbox::Kind like = {std::move(sandbox.key), Place(*in_.work)};
  if (like != ready->kind()) return {};
  in_.work->SetShown(MountsOf(sandbox.spec, in_.work->folder()));
  auto parts = ready->Take();
  if (!parts) return {};
  ready_.emplace(std::move(parts->process));
  return std::move(parts->group);
}

Result<sys::RunEnd> WarmStart::RunReady(const sys::ProcessSpec& process,
                                        const sys::RunOptions& options) {
  sys::Process waiting = *std::move(ready_);
  ready_.reset();
  PENSTOCK_RETURN_IF_ERROR(waiting.Begin(Job(process)));
  return sys::RunBegun(std::move(waiting), options);
}

Result<sys::RunEnd> WarmStart::Run(const sys::ProcessSpec& process,
                                   const sys::RunOptions& options) {
  sys::ProcessSpec forked = process;
  KnownSandbox sandbox = Sandbox(*in_.work, true);
  PENSTOCK_TRY(sandbox.spec.room, FindRoom(sandbox));
  forked.sandbox = std::move(sandbox.spec);
  forked.fork_server = &worker_->server();
  forked.job = Place(*in_.work) + Job(process);
  return sys::RunProcess(forked, options);
}

// The folder's own, where it is that of a sandbox like this one; else a new one.
Result<std::shared_ptr<sys::Room>> WarmStart::FindRoom(const KnownSandbox& sandbox) {
  WorkFolder& work = *in_.work;
  const std::string& kind = KindOfWorker();
  const bool possible = !kind.empty() && MayKeepRoom(sandbox.spec) &&
                        std::ranges::none_of(in_.view.inputs, [](const BoundFolder& input) {
                          return WorkFolders::IsPart(input.target);
                        });
  const std::string key = possible ? sandbox.key : "";
  if (work.room().sandbox != key) PENSTOCK_RETURN_IF_ERROR(work.DropRoom());
  if (work.room().room == nullptr) {
    auto room = possible ? std::make_shared<sys::Room>() : nullptr;
    // Even without a room it is known that a worker has been in it.
    work.SetRoom({std::move(room), kind.empty() ? in_.environment.key : kind, key,
                  std::chrono::steady_clock::now()});
  }
  work.SetShown(MountsOf(sandbox.spec, work.folder()));
  return work.room().room;
}

void WarmStart::Drop(const std::string& why) {
  worker_ = nullptr;
  in_.shared.sandboxes->Forget();  // something of it may have gone
  // What the task is forked into could not be written, then, which is not the worker's fault.
  const auto space = sys::ReadDiskSpace(in_.shared.work_directory);
  if (space && space->free < kFullDisk) return;
  in_.shared.workers->Drop(request_, why);
}

void WarmStart::Want() const {
  if (command_) in_.shared.workers->Want(request_);
}

Result<std::shared_ptr<ReadySandbox>> WarmStart::MakeReady(const WorkFolder& work,
                                                           const std::string& name) const {
  KnownSandbox sandbox = Sandbox(work, false);
  sandbox.spec.room = work.room().room;
  ReadySandbox::Kind kind = {std::move(sandbox.key), Place(work)};
  if (kind.sandbox != work.room().sandbox) return Fail(Code::kAborted, "it has changed");
  const TaskGuards& guards = in_.shared.guards;
  PENSTOCK_TRY(const TaskLimits limits, LimitsOf({}, guards.limits, *guards.groups));
  PENSTOCK_TRY(sys::ControlGroup group, guards.groups->Make("task-ready-" + name, limits.group));
  return ReadySandbox::Make(*worker_, std::move(group), std::move(kind), std::move(sandbox.spec),
                            work.folder());
}

void WarmStart::MakeNextReady(WorkFolders& folders, const std::string& name) {
  if (worker_ == nullptr || !worker_->server().alive()) return;
  const std::string& kind = KindOfWorker();
  if (kind.empty()) return;
  folders.MakeReady(kind, [&](const WorkFolder& work) { return MakeReady(work, name); });
}

}  // namespace penstock::executor
