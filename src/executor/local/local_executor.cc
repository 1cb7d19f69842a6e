// SPDX-License-Identifier: Apache-2.0
#include "executor/local/local_executor.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <unistd.h>

#include "engine/demand.h"
#include "engine/profiles.h"
#include "executor/local/attempt_outcome.h"
#include "executor/local/environment_cache.h"
#include "executor/local/executor_start.h"
#include "executor/local/finished_logs.h"
#include "executor/local/host_files.h"
#include "executor/local/kept_environments.h"
#include "executor/local/task_log.h"
#include "executor/local/task_plan.h"
#include "executor/local/task_runner.h"
#include "executor/local/volume_images.h"
#include "executor/local/warm_workers.h"
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

constexpr std::chrono::minutes kBetweenSweeps{1};

struct Job : GivenAttempt {
  engine::Demand demand;
};
using JobPointer = std::shared_ptr<Job>;  // held by the queue or the running list, and by a worker

// A queue, first in first out, and as many threads as tasks have come to run at once. The engine
// knows the capacity and sends no more than fits; what others send beyond that waits. A thread
// stays with its task from beginning to end, because processes die with the thread that started
// them.
class LocalExecutor final : public engine::Executor,
                            public engine::EnvironmentsOwner,
                            public engine::ProfileSource {
 public:
  LocalExecutor(ImageRoots images, PackageOverrides overrides, PackageLocks package_locks,
                PipSettings settings, TaskGuards guards, const std::string& directory,
                const std::string& certificates, std::optional<BuildConfinement> confinement,
                const base::Clock& clock)
      : guards_(std::move(guards)),
        images_(std::move(images)),
        kept_(directory, clock),
        overrides_(std::move(overrides)),
        package_locks_(std::move(package_locks)),
        finder_(sys::CurrentEnvironment()),
        builder_(sys::CurrentEnvironment(), std::move(settings), directory + kPackageCache,
                 certificates, std::move(confinement)),
        lock_files_(directory + "/locks"),
        environments_(directory + "/environments", builder_, lock_files_, clock) {}

  ~LocalExecutor() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const JobPointer& job : queue_) job->cancel.Cancel();
      for (const JobPointer& job : running_) job->cancel.Cancel();
      wake_.notify_all();
      notice_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
  }

  void Open(const SandboxAbility& ability, SandboxFiles files, const LocalExecutorOptions& options,
            engine::ArtifactStore& artifacts, const base::Clock& clock, base::Logger& logger,
            const engine::Capacity& capacity) {
    capacity_ = capacity;
    log_directory_ = options.directory + "/logs";
    finished_logs_ = std::make_unique<FinishedLogs>(
        log_directory_, options.directory + "/unstored-logs", artifacts, logger);
    if (options.warm) OpenWorkers(ability, files, options, logger);
    runner_ = std::make_unique<TaskRunner>(TaskSurroundings{options.directory + "/work",
                                                            log_directory_,
                                                            ability,
                                                            std::move(files),
                                                            options.env,
                                                            options.keys,
                                                            options.own_network,
                                                            guards_,
                                                            images_,
                                                            kept_,
                                                            overrides_,
                                                            finder_,
                                                            builder_,
                                                            environments_,
                                                            artifacts,
                                                            *finished_logs_,
                                                            clock,
                                                            logger,
                                                            package_locks_,
                                                            lock_files_,
                                                            profiles_,
                                                            warm_.get()});
    collector_.emplace(options.environment_limits,
                       std::vector<std::string>{options.directory + "/environments",
                                                options.directory + kPackageCache},
                       environments_, builder_, clock, logger);
    kept_environments_.emplace(environments_, *collector_, lock_files_, warm_.get());
    threads_.emplace_back([this] { AnswerCancelled(); });
  }

  engine::Capacity capacity() const override { return capacity_; }

  Status CheckRunnable(const ir::ContainerSpec& container) override {
    if (IsUnresolved(container.image)) return {};  // judged when it is known
    std::vector<std::string> command = container.command;
    command.insert(command.end(), container.args.begin(), container.args.end());
    if (IsVolumeImage(container.image)) return {};
    auto plan = PlanTask(container.image, command, images_, overrides_, finder_);
    if (!plan) return Fail(std::move(plan).error());
    return {};
  }

  void Start(TaskLaunch launch, std::function<void()> started,
             std::function<void(TaskOutcome)> done) override {
    auto job = std::make_shared<Job>();
    job->launch = std::move(launch);
    job->started = std::move(started);
    job->done = std::move(done);
    job->demand = engine::Within(capacity_, engine::DemandOf(job->launch.resources));
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
    if (queue_.size() > idle_ && workers_ < capacity_.tasks) {
      ++workers_;
      threads_.emplace_back([this] { Work(); });
    }
    wake_.notify_one();
  }

  void Cancel(const std::string& task_id) override {
    std::lock_guard lock(mutex_);
    for (const JobPointer& job : running_) {
      if (job->launch.task_id == task_id) job->cancel.Cancel();
    }
    for (const JobPointer& job : queue_) {
      if (job->launch.task_id == task_id) job->cancel.Cancel();
    }
    notice_.notify_all();
  }

  void Settle(const std::string& run_id) override { finished_logs_->Await(run_id); }

  void KeepWorkspace(const std::string& run_id, std::chrono::seconds time) override {
    kept_.KeepWorkspace(run_id, time);
    std::lock_guard lock(mutex_);
    sweep_ = true;
    notice_.notify_all();
  }

  engine::Environments* environments() override { return &*kept_environments_; }
  std::optional<text::Json> ProfileOf(const std::string& task_id) override {
    return profiles_.Of(task_id);
  }

  Result<std::string> ReadLog(const std::string& run_id, const std::string& task_id,
                              int attempt) override {
    PENSTOCK_TRY(std::string path, LogPath(log_directory_, run_id, task_id, attempt));
    if (::access(path.c_str(), R_OK) != 0) return Fail(Code::kNotFound, "no such log");
    return ReadTextFile(path, TaskLog::kMaxBytes + 4096);
  }

  void ForgetRun(const std::string& run_id) override {
    // The folder above that of a task's logs; only where the id is a plain name is there one.
    auto path = LogPath(log_directory_, run_id, "task", 0);
    std::error_code ignored;
    if (path) std::filesystem::remove_all(log_directory_ + "/" + run_id, ignored);
  }

  Result<engine::LogPiece> ReadLogPiece(const std::string& run_id, const std::string& task_id,
                                        int attempt, uint64_t offset, size_t limit) override {
    PENSTOCK_TRY(std::string path, LogPath(log_directory_, run_id, task_id, attempt));
    return ReadPieceOfLog(path, offset, limit);
  }

 private:
  // Tasks that are forked by others have to be held together by a control group.
  void OpenWorkers(const SandboxAbility& ability, const SandboxFiles& files,
                   const LocalExecutorOptions& options, base::Logger& logger) {
    if (ability.kind != SandboxKind::kNamespaces || !ability.overlays || guards_.groups->empty()) {
      logger.Info(
          "every task starts an interpreter of its own: warm ones need a server that is "
          "root, with namespaces, overlays and control groups");
      return;
    }
    WarmSurroundings shared{options.directory + "/work", files, guards_.groups.get(),
                            guards_.filter, nullptr};
    if (auto filter = sys::SystemCallFilter::ForForkServers()) shared.worker_filter = *filter;
    warm_ = std::make_unique<WarmWorkers>(std::move(shared), WarmWorkers::Limits(), logger);
  }

  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      wake_.wait(lock, [this] { return stopping_ || (!queue_.empty() && Fits(*queue_.front())); });
      --idle_;
      if (queue_.empty()) return;
      JobPointer job = std::move(queue_.front());
      queue_.pop_front();
      running_.push_back(job);
      used_.cpu_millis += job->demand.cpu_millis;
      used_.memory_bytes += job->demand.memory_bytes;
      WakeNext();
      lock.unlock();
      RunJob(*job);
      lock.lock();
      running_.erase(std::find(running_.begin(), running_.end(), job));
    }
  }

  // One thread for each task that can start; that one sees to the next.
  void WakeNext() {
    if (!queue_.empty() && Fits(*queue_.front())) wake_.notify_one();
  }

  bool Fits(const Job& job) const {
    return used_.cpu_millis + job.demand.cpu_millis <= capacity_.cpu_millis &&
           used_.memory_bytes + job.demand.memory_bytes <= capacity_.memory_bytes;
  }

  void RunJob(Job& job) {
    // Tidying up needs nothing that the next task has asked for.
    const auto done = [&](TaskOutcome outcome) {
      Release(job.demand);
      job.done(std::move(outcome));
    };
    if (job.cancel.IsCancelled()) {
      done(CancelledOutcome(std::string("cancelled before it started")));
      return;
    }
    runner_->Run(job.launch, job.Waited(), job.started, job.cancel, done);
  }

  void Release(const engine::Demand& demand) {
    std::lock_guard lock(mutex_);
    used_.cpu_millis -= demand.cpu_millis;
    used_.memory_bytes -= demand.memory_bytes;
    WakeNext();
  }

  // Tasks that are cancelled while they wait do not wait for a free thread. The same thread
  // removes workspaces whose time has come.
  void AnswerCancelled() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      if (std::exchange(sweep_, false)) {
        lock.unlock();
        kept_.Sweep();
        runner_->Tidy();
        lock.lock();
        continue;
      }
      auto cancelled = std::find_if(queue_.begin(), queue_.end(), [](const JobPointer& job) {
        return job->cancel.IsCancelled();
      });
      if (cancelled == queue_.end()) {
        sweep_ = notice_.wait_for(lock, kBetweenSweeps) == std::cv_status::timeout || sweep_;
        continue;
      }
      JobPointer job = std::move(*cancelled);
      queue_.erase(cancelled);
      WakeNext();
      lock.unlock();
      job->done(CancelledOutcome(std::string("cancelled before it started")));
      lock.lock();
    }
  }

  const TaskGuards guards_;
  const ImageRoots images_;
  const KeptFolders kept_;
  const PackageOverrides overrides_;
  const PackageLocks package_locks_;
  InterpreterFinder finder_;
  const EnvironmentBuilder builder_;
  LockFiles lock_files_;
  EnvironmentCache environments_;
  std::optional<EnvironmentCollector> collector_;
  std::optional<KeptEnvironments> kept_environments_;
  std::string log_directory_;
  std::unique_ptr<FinishedLogs> finished_logs_;
  LiveProfiles profiles_;
  std::unique_ptr<WarmWorkers> warm_;  // null for none
  std::unique_ptr<TaskRunner> runner_;
  std::mutex mutex_;
  std::condition_variable wake_;    // of threads that run tasks
  std::condition_variable notice_;  // of the one that does the rest
  bool stopping_ = false;
  bool sweep_ = true;
  engine::Capacity capacity_;
  engine::Demand used_;  // by what runs
  size_t workers_ = 0;   // threads that run tasks
  size_t idle_ = 0;      // of them
  std::deque<JobPointer> queue_;
  std::vector<JobPointer> running_;
  std::vector<std::thread> threads_;
};

}  // namespace

Result<std::unique_ptr<engine::Executor>> MakeLocalExecutor(const LocalExecutorOptions& given,
                                                            engine::ArtifactStore& artifacts,
                                                            const base::Clock& clock, base::Random&,
                                                            base::Logger& logger) {
  LocalExecutorOptions options = given;
  std::error_code error;
  // Tasks have another working directory.
  options.directory = fs::absolute(options.directory, error).lexically_normal().string();
  PENSTOCK_RETURN_IF_ERROR(MakeFolders(options.directory));
  options.directory = fs::canonical(options.directory, error).string();
  PENSTOCK_RETURN_IF_ERROR(RemoveLeftovers(options.directory));
  PENSTOCK_TRY(ImageRoots images, ImageRoots::Make(options.images));
  PENSTOCK_TRY(PackageOverrides overrides, PackageOverrides::Load(options.package_override_files));
  PENSTOCK_TRY(PackageLocks locks, PackageLocks::Load(options.package_lock_files));
  PENSTOCK_TRY(SandboxFiles files, WriteSandboxFiles(options));
  const SandboxAbility ability = ProbeSandbox(files, options.directory + "/work/probe", logger);
  TaskGuards guards = FindGuards(options, logger);
  auto confinement = ConfinementOf(ability, files, options.directory, guards);
  auto executor = std::make_unique<LocalExecutor>(
      std::move(images), std::move(overrides), std::move(locks),
      PipSettings::Load(sys::CurrentEnvironment()), std::move(guards), options.directory,
      files.certificates, std::move(confinement), clock);
  executor->Open(ability, std::move(files), options, artifacts, clock, logger,
                 MakeCapacity(options.max_parallel_tasks, ability));
  return executor;
}

}  // namespace penstock::executor
