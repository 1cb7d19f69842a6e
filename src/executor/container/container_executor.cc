// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_executor.h"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <list>
#include <mutex>
#include <thread>

#include "engine/environments.h"
#include "engine/profiles.h"
#include "executor/container/container_runner.h"
#include "executor/container/docker_messages.h"
#include "executor/local/attempt_outcome.h"
#include "executor/local/host_files.h"
#include "executor/local/kept_folders.h"
#include "executor/local/pip_settings.h"
#include "executor/local/safe_name.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using engine::TaskLaunch;
using engine::TaskOutcome;

struct Job : GivenAttempt {
  std::thread thread;
  bool running = false;  // has a place, or has had one
  bool ended = false;    // its thread can be joined
};

// A thread a task, of which so many at a time have a place; the others wait their turn.
class ContainerExecutor final : public engine::Executor,
                                public engine::EnvironmentsOwner,
                                public engine::ProfileSource {
 public:
  ContainerExecutor(std::unique_ptr<engine::Executor> local,
                    std::unique_ptr<ContainerEngine> engine, const std::string& directory,
                    const base::Clock& clock, base::Logger& logger, size_t places)
      : local_(std::move(local)),
        engine_(std::move(engine)),
        pip_(PipSettings::Load(sys::CurrentEnvironment())),
        kept_(directory, clock),
        logger_(logger),
        places_(places) {}

  ~ContainerExecutor() override {
    {
      std::lock_guard lock(mutex_);
      for (Job& job : jobs_) job.cancel.Cancel();
      wake_.notify_all();
    }
    for (Job& job : jobs_) job.thread.join();
  }

  void Open(const ContainerExecutorOptions& options, const std::string& instance,
            const std::string& certificates, engine::ArtifactStore& artifacts,
            const base::Clock& clock) {
    instance_ = instance;
    runner_ = std::make_unique<ContainerRunner>(ContainerSurroundings{
        options.directory + "/containers/work", options.directory + "/logs", instance,
        options.network, certificates, options.hosts, options.env, options.keys, options.processes,
        pip_, kept_, *engine_, artifacts, clock, logger_, profiles_});
    auto described = engine_->Describe();
    if (!described) {
      logger_.Info("no container engine: tasks run as processes of this machine only",
                   {{"why", described.error().message()}});
      return;
    }
    logger_.Info("images that this machine cannot stand for run in containers",
                 {{"engine", *described}});
    static_cast<void>(RemoveLeftovers());
  }

  // Containers take from the same machine.
  engine::Capacity capacity() const override { return local_->capacity(); }

  Status CheckRunnable(const ir::ContainerSpec& container) override {
    Status here = local_->CheckRunnable(container);
    if (here) return {};
    PENSTOCK_RETURN_IF_ERROR(CheckImage(container.image));
    auto engine = engine_->Describe();
    if (engine) return {};
    return Fail(Code::kInvalidArgument,
                here.error().message() +
                    ". Any image runs in a container, but no container engine answers (" +
                    engine.error().message() + "): install Docker or containerd, or start it");
  }

  void Start(TaskLaunch launch, std::function<void()> started,
             std::function<void(TaskOutcome)> done) override {
    if (RunsLocally(launch)) {
      local_->Start(std::move(launch), std::move(started), std::move(done));
      return;
    }
    std::lock_guard lock(mutex_);
    JoinEnded();
    Job& job = jobs_.emplace_back();
    job.launch = std::move(launch);
    job.started = std::move(started);
    job.done = std::move(done);
    job.thread = std::thread([this, &job] { RunJob(job); });
  }

  void Cancel(const std::string& task_id) override {
    local_->Cancel(task_id);
    std::lock_guard lock(mutex_);
    for (Job& job : jobs_) {
      if (job.launch.task_id == task_id) job.cancel.Cancel();
    }
    wake_.notify_all();
  }

  void Settle(const std::string& run_id) override { local_->Settle(run_id); }
  void KeepWorkspace(const std::string& run_id, std::chrono::seconds time) override {
    local_->KeepWorkspace(run_id, time);
  }
  Result<std::string> ReadLog(const std::string& run_id, const std::string& task_id,
                              int attempt) override {
    return local_->ReadLog(run_id, task_id, attempt);
  }
  void ForgetRun(const std::string& run_id) override { local_->ForgetRun(run_id); }
  engine::Environments* environments() override { return engine::EnvironmentsOf(*local_); }
  std::optional<text::Json> ProfileOf(const std::string& task_id) override {
    if (auto profile = profiles_.Of(task_id)) {
      if (profile->is_null()) return std::nullopt;
      return profile;
    }
    engine::ProfileSource* profiles = engine::ProfilesOf(*local_);
    return profiles == nullptr ? std::nullopt : profiles->ProfileOf(task_id);
  }
  Result<engine::LogPiece> ReadLogPiece(const std::string& run_id, const std::string& task_id,
                                        int attempt, uint64_t offset, size_t limit) override {
    return local_->ReadLogPiece(run_id, task_id, attempt, offset, limit);
  }

 private:
  static Status CheckImage(const std::string& image) {
    auto name = ParseImageName(image);
    if (name) return {};
    return Fail(std::move(name).error());
  }

  // Where neither can, the local one says why, as it did when the run was created.
  bool RunsLocally(const TaskLaunch& launch) {
    ir::ContainerSpec container;
    container.image = launch.image;
    container.command = launch.command;
    if (local_->CheckRunnable(container)) return true;
    return !engine_->Describe();
  }

  void RunJob(Job& job) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this, &job] { return job.cancel.IsCancelled() || IsNext(job); });
    job.running = true;
    const bool cancelled = job.cancel.IsCancelled();
    if (!cancelled) ++taken_;
    lock.unlock();
    cancelled ? job.done(CancelledOutcome(std::string("cancelled before it started")))
              : RunInContainer(job);
    lock.lock();
    if (!cancelled) --taken_;
    job.ended = true;
    wake_.notify_all();
  }

  bool IsNext(const Job& job) const {
    if (taken_ >= places_) return false;
    auto first =
        std::find_if(jobs_.begin(), jobs_.end(), [](const Job& other) { return !other.running; });
    return first != jobs_.end() && &*first == &job;
  }

  void RunInContainer(Job& job) {
    static_cast<void>(RemoveLeftovers());
    runner_->Run(job.launch, job.Waited(), job.started, job.cancel, job.done);
  }

  // Containers of a server that was killed, before the first of ours is made.
  Status RemoveLeftovers() {
    std::lock_guard lock(leftovers_mutex_);
    if (leftovers_removed_) return {};
    auto removed = engine_->RemoveAll(kInstanceLabel, instance_);
    if (!removed) {
      logger_.Warning("cannot remove containers that were left behind",
                      {{"why", removed.error().message()}});
      return Fail(std::move(removed).error());
    }
    if (*removed > 0) {
      logger_.Info("removed containers that were left behind",
                   {{"count", std::to_string(*removed)}});
    }
    leftovers_removed_ = true;
    return {};
  }

  // The lock is held.
  void JoinEnded() {
    jobs_.remove_if([](Job& job) {
      if (job.ended) job.thread.join();
      return job.ended;
    });
  }

  const std::unique_ptr<engine::Executor> local_;
  const std::unique_ptr<ContainerEngine> engine_;
  const PipSettings pip_;
  const KeptFolders kept_;
  base::Logger& logger_;
  const size_t places_;
  std::string instance_;
  LiveProfiles profiles_;  // of containers
  std::unique_ptr<ContainerRunner> runner_;
  std::mutex leftovers_mutex_;
  bool leftovers_removed_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  size_t taken_ = 0;     // places
  std::list<Job> jobs_;  // in the order in which they came
};

Status WriteTextFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (file.good()) return {};
  return Fail(Code::kInternal, "cannot write " + path);
}

// What tells our containers from those of other servers; the same after a restart.
Result<std::string> InstanceOf(const std::string& directory, base::Random& random) {
  const std::string path = directory + "/instance";
  std::string instance = ReadTextFile(path, 200);
  if (IsSafeName(instance)) return instance;
  instance = random.Uuid();
  PENSTOCK_RETURN_IF_ERROR(WriteTextFile(path, instance));
  return instance;
}

// Images trust what they bring, unless the operator trusts more.
Result<std::string> CertificatesOf(const std::string& directory,
                                   const std::vector<std::string>& ca_files) {
  const std::string trusted = ValueOf(sys::CurrentEnvironment(), "SSL_CERT_FILE");
  if (ca_files.empty() && trusted.empty()) return std::string();
  PENSTOCK_TRY(std::string text, CombinedCertificates(SystemCertificates(trusted), ca_files));
  if (text.empty()) return std::string();
  const std::string path = directory + "/ca-certificates.crt";
  PENSTOCK_RETURN_IF_ERROR(WriteTextFile(path, text));
  return path;
}

}  // namespace

Result<std::unique_ptr<engine::Executor>> MakeContainerExecutor(
    const ContainerExecutorOptions& given, std::unique_ptr<engine::Executor> local,
    std::unique_ptr<ContainerEngine> engine, engine::ArtifactStore& artifacts,
    const base::Clock& clock, base::Random& random, base::Logger& logger) {
  ContainerExecutorOptions options = given;
  std::error_code error;
  fs::create_directories(options.directory + "/containers", error);
  options.directory = fs::canonical(options.directory, error).string();
  if (error) return Fail(Code::kInternal, "cannot make " + given.directory + "/containers");
  const std::string own = options.directory + "/containers";
  PENSTOCK_TRY(std::string instance, InstanceOf(own, random));
  PENSTOCK_TRY(std::string certificates, CertificatesOf(own, options.ca_files));
  const size_t places = options.max_parallel_tasks > 0
                            ? options.max_parallel_tasks
                            : std::max<size_t>(2, std::thread::hardware_concurrency());
  auto executor = std::make_unique<ContainerExecutor>(std::move(local), std::move(engine),
                                                      options.directory, clock, logger, places);
  executor->Open(options, instance, certificates, artifacts, clock);
  // Nothing writes there any more.
  PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(own + "/work"));
  return executor;
}

}  // namespace penstock::executor
