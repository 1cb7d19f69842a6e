// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_runner.h"

#include <memory>
#include <optional>

#include <unistd.h>

#include "executor/container/container_limits.h"
#include "executor/container/container_view.h"
#include "executor/container/container_watch.h"
#include "executor/local/attempt_outcome.h"
#include "executor/local/input_staging.h"
#include "executor/local/locked_environment.h"
#include "executor/local/output_collector.h"
#include "executor/local/task_log.h"
#include "executor/local/task_sandbox.h"
#include "executor/local/task_variables.h"
#include "executor/local/work_folder.h"
#include "ir/executor_io.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Status;
using engine::TaskLaunch;
using engine::TaskOutcome;
using text::Json;

// One attempt. Its steps are taken in order; the first that fails makes the outcome.
class Attempt {
 public:
  Attempt(const ContainerSurroundings& shared, const TaskLaunch& launch, std::string name,
          TaskLog& log, const std::function<void()>& started, const sys::CancelSignal& cancel)
      : shared_(shared),
        launch_(launch),
        name_(std::move(name)),
        log_(log),
        started_(started),
        cancel_(cancel),
        note_([this](std::string_view text) { log_.Note(text); }) {}

  TaskOutcome Run() {
    Status done = PrepareImage();
    details_["environment_ms"] = Json(watch_.Lap());
    if (!done) return Failed(done.error());
    if (done = PrepareFolders(); !done) return Failed(done.error());
    if (done = PrepareRequest(); !done) return Failed(done.error());
    TaskOutcome outcome = RunContainer();
    details_["run_ms"] = Json(watch_.Lap());
    if (outcome.kind == TaskOutcome::Kind::kSucceeded) {
      CollectInto(outcome, launch_, *work_, inputs_, shared_.artifacts, note_);
    }
    details_["publish_ms"] = Json(watch_.Lap());
    return outcome;
  }

  Json TakeDetails() { return std::move(details_); }

 private:
  // A wrong pipeline and an image that is not to be had are the task's failures, all else is ours.
  static TaskOutcome Failed(const base::Error& error) {
    TaskOutcome outcome;
    if (error.code() == Code::kCancelled) outcome.kind = TaskOutcome::Kind::kCancelled;
    outcome.message = error.message();
    outcome.infrastructure = error.code() != Code::kInvalidArgument &&
                             error.code() != Code::kNotFound && error.code() != Code::kCancelled;
    return outcome;
  }

  Status PrepareImage() {
    details_["sandbox"] = Json("container");
    details_["image"] = Json(launch_.image);
    PENSTOCK_RETURN_IF_ERROR(RefuseToLock(launch_, "a container has the packages of its image"));
    PENSTOCK_TRY(PullPolicy policy, PullPolicyOf(launch_.container.pull_policy));
    auto engine = shared_.engine.Describe();
    if (!engine) return Fail(std::move(engine).error().Wrap("no container engine answers"));
    details_["engine"] = Json(*engine);
    auto image = shared_.engine.GetImage(launch_.image, policy, note_, cancel_);
    if (!image && image.error().code() == Code::kNotFound) {
      return Fail(
          Code::kNotFound,
          image.error().message() +
              ". Bring it to this machine by hand (docker pull or load; ctr images pull or "
              "import), or let it stand for a root file system with --image PATTERN=FOLDER");
    }
    if (!image) return Fail(std::move(image).error());
    image_ = std::move(*image);
    details_["image_id"] = Json(image_.id);
    log_.Note("image " + launch_.image + " (" + image_.id + ") in " + *engine);
    PENSTOCK_TRY(request_.user, UserOf(launch_.container, image_, ::geteuid(), ::getegid()));
    if (!launch_.command.empty() || image_.has_command) return {};
    return Fail(Code::kInvalidArgument,
                "image '" + launch_.image + "' says no command, and the task gives none");
  }

  Status PrepareFolders() {
    PENSTOCK_TRY(WorkFolder work, WorkFolder::Make(shared_.work_directory + "/" + name_, true));
    work_.emplace(std::move(work));
    PENSTOCK_TRY(request_.mounts, ContainerFolders(launch_, shared_.kept, *work_));
    PENSTOCK_TRY(inputs_, StageInputs(launch_.input, *work_, shared_.artifacts, note_));
    for (const BoundFolder& input : inputs_) {
      std::string source = input.source;
      if (!RunsAsServer(request_.user, image_, ::geteuid())) {
        PENSTOCK_TRY(source, ReadableCopy(source, *work_));
      }
      request_.mounts.push_back({input.target, std::move(source), false});
    }
    OpenOutputFolders(launch_, *work_);
    if (!shared_.certificates.empty()) {
      request_.mounts.push_back({std::string(kTaskCertificates), shared_.certificates, false});
    }
    for (const std::string& folder : shared_.pip.LocalFolders()) {
      if (::access(folder.c_str(), R_OK) == 0) request_.mounts.push_back({folder, folder, false});
    }
    return {};
  }

  Status PrepareRequest() {
    request_.name = "penstock-" + name_;
    request_.image = launch_.image;
    const auto split = launch_.command.begin() + static_cast<ptrdiff_t>(launch_.command_words);
    request_.command.assign(launch_.command.begin(), split);
    request_.arguments.assign(split, launch_.command.end());
    request_.network = launch_.own_network ? "none" : shared_.network;
    request_.hosts = ContainerHosts(shared_.hosts, request_.network);
    request_.labels = {{kInstanceLabel, shared_.instance},
                       {"dev.penstock.run", launch_.run_id},
                       {"dev.penstock.task", launch_.task_id}};
    request_.processes = shared_.processes;
    request_.shared_memory = launch_.container.shared_memory;
    return SetLimits(launch_.resources, request_);
  }

  // What the image sets stays, unless somebody says otherwise.
  void PrepareVariables() {
    TaskVariablesInput input;
    input.launch = &launch_;
    input.of_image = true;
    input.task_env = &shared_.env;
    input.pip = shared_.pip.ForPip();
    if (keys_) input.keys = keys_->variables();
    for (auto& [name, value] : input.keys) {
      if (name.starts_with("AWS_ENDPOINT_URL")) value = AsSeenInContainer(value, request_.network);
    }
    if (!shared_.certificates.empty()) input.certificates = std::string(kTaskCertificates);
    request_.env = TaskVariables(input);
  }

  TaskOutcome RunContainer() {
    if (cancel_.IsCancelled()) return Failed(base::Error(Code::kCancelled, "cancelled"));
    if (shared_.keys != nullptr) keys_ = shared_.keys->Issue(ReachOf(launch_));
    PrepareVariables();
    ContainerHooks hooks;
    hooks.line = [this](std::string_view line) { log_.Add(line); };
    hooks.started = [this] {
      details_["start_ms"] = Json(watch_.Lap());
      if (started_) started_();
    };
    hooks.cancel = &cancel_;
    hooks.timeout = launch_.timeout;
    ContainerWatch watch;
    hooks.observed = [&watch](const sys::ObservedGroup& group) { watch.Begin(group); };
    const auto shown = shared_.profiles.Show(launch_.task_id, [&watch] { return watch.Profile(); });
    auto end = shared_.engine.Run(request_, hooks);
    watch.End();
    if (Json profile = watch.Profile(); !profile.is_null()) {
      details_["profile"] = std::move(profile);
    }
    keys_.reset();
    if (end) return ToOutcome(*end);
    log_.Note(end.error().message());
    return Failed(end.error());
  }

  TaskOutcome ToOutcome(const ContainerEnd& end) {
    if (end.cause == ContainerEnd::Cause::kCancelled) return CancelledOutcome(log_);
    if (end.cause == ContainerEnd::Cause::kTimedOut) return TimedOutOutcome(launch_, log_);
    std::string message = "ended with exit code " + std::to_string(end.exit_code);
    if (end.out_of_memory) {
      const std::string& limit = launch_.resources.memory_limit;
      message = "was killed because it ran out of memory (OOMKilled); its limit is " +
                (limit.empty() ? "that of the machine" : limit) + ", its exit code " +
                std::to_string(end.exit_code);
    }
    if (!end.trouble.empty()) message += ": " + end.trouble;
    return EndedOutcome(end.exit_code, message, log_);
  }

  const ContainerSurroundings& shared_;
  const TaskLaunch& launch_;
  const std::string name_;  // of its folder, and after "penstock-" of its container
  TaskLog& log_;
  const std::function<void()>& started_;
  const sys::CancelSignal& cancel_;
  const std::function<void(std::string_view)> note_;
  Stopwatch watch_;
  Json details_;
  ContainerImage image_;
  ContainerRequest request_;
  std::vector<BoundFolder> inputs_;
  std::optional<WorkFolder> work_;
  std::unique_ptr<TaskKeys> keys_;  // while the container runs
};

}  // namespace

void ContainerRunner::Run(const TaskLaunch& launch, std::chrono::milliseconds queued,
                          const std::function<void()>& started, const sys::CancelSignal& cancel,
                          const std::function<void(TaskOutcome)>& done) const {
  auto path = LogPath(shared_.log_directory, launch.run_id, launch.task_id, launch.attempt);
  Status made = path ? MakeParentFolders(*path) : Fail(base::Error(path.error()));
  if (!made) {
    TaskOutcome outcome;
    outcome.message = "the task's log cannot be written: " + made.error().message();
    outcome.infrastructure = true;
    done(std::move(outcome));
    return;
  }
  TaskLog log(*path, shared_.clock);
  const std::string name = launch.task_id + "-" + std::to_string(launch.attempt) + "-" +
                           shared_.instance.substr(0, 8) + "-" + std::to_string(containers_++);
  Attempt attempt(shared_, launch, name, log, started, cancel);
  TaskOutcome outcome = attempt.Run();
  outcome.details = attempt.TakeDetails();
  outcome.details["queue_ms"] = Json(static_cast<int64_t>(queued.count()));
  if (outcome.kind == TaskOutcome::Kind::kFailed && !outcome.exit_code) log.Note(outcome.message);
  PublishLog(launch.task_id, *path, launch.log_uri, shared_.artifacts, shared_.logger);
  done(std::move(outcome));
}

}  // namespace penstock::executor
