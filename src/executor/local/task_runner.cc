// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_runner.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "executor/local/attempt_outcome.h"
#include "executor/local/input_staging.h"
#include "executor/local/locked_environment.h"
#include "executor/local/output_collector.h"
#include "executor/local/requirement.h"
#include "executor/local/task_log.h"
#include "executor/local/task_plan.h"
#include "executor/local/task_variables.h"
#include "executor/local/volume_images.h"
#include "executor/local/warm_start.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using engine::TaskOutcome;
using text::Json;

// An index that does not answer and a full disk are no fault of the task's.
bool IsTroubleOfOurs(Code code) {
  return code == Code::kUnavailable || code == Code::kResourceExhausted;
}

// One attempt. Its steps are taken in order; the first that fails makes the outcome.
class Attempt {
 public:
  Attempt(const TaskSurroundings& shared, const engine::TaskLaunch& launch, WorkFolders& folders,
          std::string work_directory, TaskLog& log, const std::function<void()>& started,
          const sys::CancelSignal& cancel)
      : shared_(shared),
        launch_(launch),
        folders_(folders),
        work_directory_(std::move(work_directory)),
        log_(log),
        started_(started),
        cancel_(cancel),
        note_([this](std::string_view text) { log_.Note(text); }) {}

  TaskOutcome Run() {
    if (IsVolumeImage(launch_.image)) return RunVolumeImage(launch_, shared_.kept);
    Status done = PrepareEnvironment();
    details_["environment_ms"] = Json(watch_.Lap());
    if (!done) return Failed(done.error(), IsTroubleOfOurs(done.error().code()));
    done = PrepareFolders(warm_.KindOfWorker(), warm_.MayBeReady());
    details_["start_ms"] = Json(watch_.Lap());
    if (!done) return Failed(done.error(), true);
    TaskOutcome outcome = RunCommand();
    details_["run_ms"] = Json(watch_.Lap());
    if (outcome.kind == TaskOutcome::Kind::kSucceeded) {
      CollectInto(outcome, launch_, *work_, view_.inputs, shared_.artifacts, note_);
    }
    details_["publish_ms"] = Json(watch_.Lap());
    return outcome;
  }

  Json TakeDetails() { return std::move(details_); }

  // When the outcome has been told.
  void MakeNextReady(const std::string& name) {
    guard_.reset();
    work_.reset();
    warm_.MakeNextReady(folders_, name);
  }

  // In a sandbox everything is in the work folder; without one the mirrors are the machine's.
  void RemoveUnsandboxedFiles() {
    if (sandboxed() || !work_) return;
    std::vector<std::string> paths;
    for (const BoundFolder& input : view_.inputs) paths.push_back(input.target);
    for (const auto& [name, artifact] : launch_.input.output_artifacts) {
      paths.push_back(ir::LocalPath(artifact.uri));
    }
    paths.push_back(launch_.input.output_file);
    for (const auto& [name, path] : launch_.input.output_parameter_files) paths.push_back(path);
    for (const std::string& path : paths) {
      if (work_->OnDisk(path)) static_cast<void>(sys::RemoveTree(path));
    }
  }

 private:
  bool sandboxed() const { return shared_.ability.kind != SandboxKind::kNone; }

  TaskOutcome Failed(const base::Error& error, bool infrastructure) {
    TaskOutcome outcome;
    outcome.message = error.message();
    outcome.infrastructure = infrastructure;
    if (cancel_.IsCancelled()) {
      outcome.kind = TaskOutcome::Kind::kCancelled;
      outcome.infrastructure = false;
    }
    return outcome;
  }

  Status PrepareEnvironment() {
    PENSTOCK_TRY(plan_, PlanTask(launch_.image, launch_.command, shared_.images, shared_.overrides,
                                 shared_.finder));
    if (!plan_.python) return NoteRoot();
    const Interpreter& interpreter = plan_.environment.interpreter;
    Json::Array overrides;
    for (const std::string& text : plan_.notes) {
      log_.Note("override: " + text);
      overrides.push_back(Json(text));
    }
    details_["overrides"] = Json(std::move(overrides));
    details_["python"] = Json(interpreter.FullVersion());
    details_["interpreter"] = Json(interpreter.executable);
    details_["sandbox"] = Json(SandboxKindName(shared_.ability.kind));
    plan_.environment.lock = shared_.package_locks.Find(plan_.environment);
    PENSTOCK_RETURN_IF_ERROR(LockEnvironment(launch_, shared_.lock_files, plan_.environment));
    PENSTOCK_TRY(environment_, shared_.environments.Get(plan_.environment, LogNote(), cancel_));
    details_["environment"] = Json(environment_.key);
    details_["lock"] = Json(environment_.lock_id);
    details_["packages"] =
        Json(Json::Array(environment_.packages.begin(), environment_.packages.end()));
    log_.Note("Python " + interpreter.FullVersion() + " (" + interpreter.executable +
              "), environment " + environment_.key +
              ", sandbox: " + std::string(SandboxKindName(shared_.ability.kind)));
    return {};
  }

  // A task that has no environment: it finds what is on its root file system.
  Status NoteRoot() {
    PENSTOCK_RETURN_IF_ERROR(RefuseToLock(launch_, "it finds its packages on a root file system"));
    const std::string root = plan_.root.empty() ? "/" : plan_.root;
    details_["root"] = Json(root);
    details_["sandbox"] = Json(SandboxKindName(shared_.ability.kind));
    log_.Note("image " + launch_.image + " stands for " + root);
    if (plan_.root.empty() || sandboxed()) return {};
    return Fail(Code::kFailedPrecondition,
                "a root file system of its own needs namespaces, which are not permitted here");
  }

  bool own_network() const { return launch_.own_network || shared_.own_network; }

  // The run's workspace, and folders that the task is given.
  Status AddFolders() {
    if (launch_.workspace || !launch_.folders.empty()) {
      if (!sandboxed()) {
        return Fail(Code::kFailedPrecondition,
                    "workspaces and volumes need namespaces, which are not permitted here");
      }
    }
    if (launch_.workspace) {
      PENSTOCK_TRY(std::string workspace, shared_.kept.Workspace(launch_.run_id));
      work_->SetWorkspace(std::move(workspace));
    }
    for (const engine::TaskFolder& folder : launch_.folders) {
      BoundFolder bound{folder.path, "", !folder.files.has_value()};
      if (!folder.volume.empty()) {
        PENSTOCK_TRY(bound.source, shared_.kept.Volume(folder.volume, folder.sub_path));
      } else {
        PENSTOCK_TRY(bound.source,
                     work_->MakeGiven(view_.folders.size(), folder.files.value_or(GivenFiles())));
      }
      view_.folders.push_back(std::move(bound));
    }
    return {};
  }

  sys::LineSink LogNote() {
    return [this](std::string_view line) { log_.Note(line); };
  }

  // `worker`: whose room would be of use.
  Status PrepareFolders(const std::string& worker, bool ready = false) {
    PENSTOCK_TRY(WorkFolder work, folders_.Make(work_directory_, sandboxed(), worker, ready));
    work_.emplace(std::move(work));
    PENSTOCK_RETURN_IF_ERROR(AddFolders());
    PENSTOCK_TRY(view_.inputs, StageInputs(launch_.input, *work_, shared_.artifacts, note_));
    if (own_network()) {
      if (!sandboxed()) {
        return Fail(Code::kFailedPrecondition,
                    "a network of its own needs namespaces, which are not permitted here");
      }
      view_.own_network = true;
      details_["network"] = "none";
    }
    view_.work = &*work_;
    view_.root = plan_.root;
    if (!plan_.python) return {};
    view_.interpreter = &plan_.environment.interpreter;
    view_.venv = environment_.venv;
    view_.extra_folders = shared_.builder.settings().LocalFolders();
    view_.venv_overlay = sandboxed() && shared_.ability.overlays;
    // A command of the SDK finds its packages installed; any other may want to install some.
    if (view_.venv_overlay || plan_.recognised) return {};
    return MakePrivateEnvironment();
  }

  Status MakePrivateEnvironment() {
    const std::string own = work_->folder() + "/upper/venv";
    if (!sandboxed()) {
      // Seen under its own name, so it is made anew: scripts hold the path.
      auto built = shared_.builder.Build(plan_.environment, own, LogNote(), cancel_);
      if (!built) return Fail(std::move(built).error());
      environment_.venv = own;
      return {};
    }
    std::error_code error;
    fs::copy(environment_.venv, own, fs::copy_options::recursive | fs::copy_options::copy_symlinks,
             error);
    if (error) return Fail(Code::kInternal, "cannot copy the environment: " + error.message());
    view_.venv_copy = own;
    return {};
  }

  sys::ProcessSpec MakeProcess() const {
    sys::ProcessSpec process;
    process.command = plan_.words;
    TaskVariablesInput input;
    input.launch = &launch_;
    if (plan_.python) input.venv = environment_.venv;
    input.home = work_->Home();
    input.task_env = &shared_.env;
    if (keys_) input.keys = keys_->variables();
    if (!shared_.files.certificates.empty()) {
      input.certificates =
          sandboxed() ? std::string(kTaskCertificates) : shared_.files.certificates;
    }
    if (!sandboxed()) input.temporary = work_->folder() + "/tmp";
    if (!plan_.recognised) input.pip = shared_.builder.settings().ForPip();
    process.env = TaskVariables(input);
    process.working_directory = work_->WorkingDirectory();
    process.unprivileged = true;
    return process;
  }

  // The task's group, where it is one that waits for it already. Who waits for another task makes
  // way, folder and all.
  Result<std::optional<sys::ControlGroup>> FindReady() {
    if (!work_ || work_->room().ready == nullptr) return std::optional<sys::ControlGroup>();
    auto group = warm_.TakeReady();
    if (!group) PENSTOCK_RETURN_IF_ERROR(MoveOut());
    return group;
  }

  // By a warm worker where there is one, else as ever; and then there will be one next time.
  Result<sys::RunEnd> RunSandboxed(sys::ProcessSpec& process, const sys::RunOptions& options) {
    if (warm_.possible()) {
      auto end = RunWarm(process, options);
      details_["start"] = "warm";
      if (!work_) return end;  // there are no folders for it
      if (end) {
        warm_.Want();  // the worker may not have all modules
        return end;
      }
      warm_.Drop(end.error().message());
      log_.Note("a warm start failed, an interpreter is started: " + end.error().message());
      PENSTOCK_RETURN_IF_ERROR(work_->DropRoom());
      PENSTOCK_RETURN_IF_ERROR(work_->ForgetChanges());
      work_->WithdrawProgram();
    }
    details_["start"] = "cold";
    PENSTOCK_RETURN_IF_ERROR(work_->DropRoom());
    process.sandbox = TaskSandbox(shared_.ability.kind, shared_.files, view_);
    work_->SetColdMounts(KeepMounts(*process.sandbox, work_->folder()));
    auto end = sys::RunProcess(process, options);
    warm_.Want();
    return end;
  }

  Result<sys::RunEnd> RunWarm(const sys::ProcessSpec& process, const sys::RunOptions& options) {
    if (warm_.ready()) {
      if (auto end = warm_.RunReady(process, options)) return end;
      PENSTOCK_RETURN_IF_ERROR(MoveOut());
    }
    auto end = warm_.Run(process, options);
    if (end || end.error().code() != Code::kAborted) return end;
    PENSTOCK_RETURN_IF_ERROR(MoveOut());
    return warm_.Run(process, options);
  }

  // Into new folders, because somebody holds on to what is in these.
  Status MoveOut() {
    work_->Condemn();
    work_.reset();
    PENSTOCK_RETURN_IF_ERROR(PrepareFolders(""));
    if (guard_) guard_->MoveTo(work_->folder());
    return {};
  }

  TaskOutcome RunCommand() {
    if (cancel_.IsCancelled()) return Failed(base::Error(Code::kCancelled, "cancelled"), false);
    sys::RunOptions options;
    options.cancel = &cancel_;
    options.line = [this](std::string_view line) { log_.Add(line); };
    options.started = started_;
    if (launch_.timeout) options.timeout = *launch_.timeout;
    if (shared_.keys != nullptr) keys_ = shared_.keys->Issue(ReachOf(launch_));
    sys::ProcessSpec process = MakeProcess();
    if (sandboxed()) warm_.FindWorker(process, keys_ ? keys_->variables() : Variables());
    auto group = FindReady();
    if (!group) return Failed(group.error(), true);
    auto guard =
        TaskGuard::Make(shared_.guards, launch_.resources, fs::path(work_->folder()).filename(),
                        work_->folder(), note_, *std::move(group));
    if (!guard) return Failed(guard.error(), guard.error().code() != Code::kInvalidArgument);
    // Whose end, which kills what is left, has time where the sandbox's has left nothing.
    std::unique_ptr<TaskGuard> ends_here = std::move(*guard);
    TaskGuard& guarding = *ends_here;
    if (sandboxed()) guard_ = std::move(ends_here);
    guarding.Guard(process);
    guarding.Watch(options);
    const auto shown =
        shared_.profiles.Show(launch_.task_id, [&guarding] { return guarding.ProfileSoFar(); });
    auto end = sandboxed() ? RunSandboxed(process, options) : sys::RunProcess(process, options);
    keys_.reset();
    if (!end) {
      log_.Note(end.error().message());
      return Failed(end.error(), end.error().code() != Code::kInvalidArgument);
    }
    return ToOutcome(*end, guarding.Judge(*end, note_, details_));
  }

  TaskOutcome ToOutcome(const sys::RunEnd& end, const std::optional<std::string>& killed) {
    if (end.cause == sys::RunEnd::Cause::kCancelled) return CancelledOutcome(log_);
    if (end.cause == sys::RunEnd::Cause::kTimedOut) return TimedOutOutcome(launch_, log_);
    if (end.cause == sys::RunEnd::Cause::kStopped) {
      TaskOutcome outcome;
      outcome.message = *killed;
      return outcome;
    }
    std::string message = "ended with " + sys::Describe(end.status);
    if (killed) message = *killed + " (" + message + ")";
    return EndedOutcome(end.status.signal == 0 ? end.status.code : 128 + end.status.signal, message,
                        log_);
  }

  const TaskSurroundings& shared_;
  const engine::TaskLaunch& launch_;
  WorkFolders& folders_;
  const std::string work_directory_;
  TaskLog& log_;
  const std::function<void()>& started_;
  const sys::CancelSignal& cancel_;
  const std::function<void(std::string_view)> note_;
  Stopwatch watch_;
  Json details_;
  TaskPlan plan_;
  Environment environment_;
  TaskView view_;
  std::optional<WorkFolder> work_;
  std::unique_ptr<TaskGuard> guard_;  // goes before the folder that it watches
  std::unique_ptr<TaskKeys> keys_;    // while the command runs
  WarmStart warm_{{shared_, launch_, plan_, environment_, view_, work_}};
};

TaskOutcome Infrastructure(const base::Error& error) {
  TaskOutcome outcome;
  outcome.message = error.message();
  outcome.infrastructure = true;
  return outcome;
}

}  // namespace

void TaskRunner::Run(const engine::TaskLaunch& launch, std::chrono::milliseconds queued,
                     const std::function<void()>& started, const sys::CancelSignal& cancel,
                     const std::function<void(TaskOutcome)>& done) const {
  auto path = LogPath(shared_.log_directory, launch.run_id, launch.task_id, launch.attempt);
  if (!path) {
    done(Infrastructure(base::Error(Code::kInternal, "run and task ids must be plain names")));
    return;
  }
  if (Status made = MakeParentFolders(*path); !made) {
    done(Infrastructure(made.error()));
    return;
  }
  TaskLog log(*path, shared_.clock);
  const std::string folder =
      shared_.work_directory + "/" + launch.task_id + "-" + std::to_string(attempts_++);
  Attempt attempt(shared_, launch, folders_, folder, log, started, cancel);
  TaskOutcome outcome = attempt.Run();
  attempt.RemoveUnsandboxedFiles();
  outcome.details = attempt.TakeDetails();
  outcome.details["queue_ms"] = Json(static_cast<int64_t>(queued.count()));
  if (outcome.kind == TaskOutcome::Kind::kFailed && !outcome.exit_code) log.Note(outcome.message);
  shared_.finished_logs.Store(launch);
  done(std::move(outcome));
  if (!cancel.IsCancelled()) {
    attempt.MakeNextReady(fs::path(folder).filename().string());
  }
}

void TaskRunner::Tidy() const { folders_.DropOld(); }

}  // namespace penstock::executor
