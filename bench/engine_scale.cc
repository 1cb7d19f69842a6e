// SPDX-License-Identifier: Apache-2.0
// What the engine itself costs, with persistence on and tasks that take no time: the whole engine
// over a database on disk, and an executor in this process that says at once that all is done.
//
//   penstock_engine_scale DIRECTORY ROW...
//     fan-out N       one loop of N tasks
//     wide N          one DAG of N tasks that wait for nothing
//     chain N         N tasks one after the other
//     runs N          N runs of ten tasks at once
//     big MEGABYTES   a run of a pipeline of that size
//     history N       N finished runs in DIRECTORY/metadata.db, for a server to list
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include <sys/resource.h>

#include "base/log.h"
#include "engine/engine.h"
#include "engine/test_pipeline.h"
#include "ir/parse.h"
#include "metadata/metadata_store.h"

namespace {

using namespace penstock;  // NOLINT: a program
using engine::TestDag;
using engine::TestPipeline;
using text::Json;
using SteadyTime = std::chrono::steady_clock::time_point;

double MillisecondsSince(SteadyTime begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

double CpuMilliseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

// Resident now, in MiB.
double ResidentMiB() {
  std::ifstream file("/proc/self/statm");
  long pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

class InstantExecutor final : public engine::Executor {
 public:
  InstantExecutor() : thread_([this] { Work(); }) {}
  ~InstantExecutor() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  base::Status CheckRunnable(const ir::ContainerSpec&) override { return {}; }
  void Start(engine::TaskLaunch launch, std::function<void()> started,
             std::function<void(engine::TaskOutcome)> done) override {
    Job job{std::move(started), std::move(done), {}};
    job.outcome.kind = engine::TaskOutcome::Kind::kSucceeded;
    job.outcome.exit_code = 0;
    for (const auto& [name, output] : launch.component.output_parameters) {
      job.outcome.parameters[name] = "value";
    }
    std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    wake_.notify_one();
  }
  void Cancel(const std::string&) override {}
  base::Result<std::string> ReadLog(const std::string&, const std::string&, int) override {
    return base::Fail(base::Code::kNotFound, "no log");
  }

 private:
  struct Job {
    std::function<void()> started;
    std::function<void(engine::TaskOutcome)> done;
    engine::TaskOutcome outcome;
  };
  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      std::deque<Job> jobs = std::exchange(jobs_, {});
      lock.unlock();
      for (Job& job : jobs) {
        job.started();
        job.done(std::move(job.outcome));
      }
      lock.lock();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::deque<Job> jobs_;
  std::thread thread_;
};

class NoArtifacts final : public engine::ArtifactStore {
 public:
  base::Status CheckRoot(std::string_view) override { return {}; }
  base::Status Fetch(std::string_view, const std::string&) override { return {}; }
  base::Result<engine::StoredArtifact> Publish(const std::string&, std::string_view) override {
    return engine::StoredArtifact{};
  }
  base::Status Write(std::string_view, std::string_view) override { return {}; }
  base::Status Read(std::string_view, base::ByteSink&) override { return {}; }
  base::Result<bool> Exists(std::string_view) override { return true; }
  base::Result<engine::StoredArtifact> Describe(std::string_view) override {
    return engine::StoredArtifact{};
  }
  base::Result<uint64_t> Remove(std::string_view, const std::vector<std::string>&) override {
    return 0;
  }
};

const TestPipeline::Ports kWork{{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {"data"}};

TestPipeline FanOut(size_t tasks) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Dag("body").Takes("item", "STRING").Task("inside", "work").Input("x", "item");
  Json::Array items;
  for (size_t i = 0; i < tasks; ++i) items.push_back("item " + std::to_string(i));
  p.Root().Task("loop", "body").ForEach("item", text::FormatJson(items));
  return p;
}

TestPipeline Wide(size_t tasks) {
  TestPipeline p;
  p.Container("work", kWork);
  for (size_t i = 0; i < tasks; ++i) p.Root().Task("t" + std::to_string(i), "work");
  return p;
}

TestPipeline Chain(size_t tasks) {
  TestPipeline p;
  p.Container("work", kWork);
  TestDag root = p.Root();
  for (size_t i = 0; i < tasks; ++i) {
    auto task = root.Task("t" + std::to_string(i), "work");
    if (i > 0) task.Output("x", "t" + std::to_string(i - 1), "out");
  }
  return p;
}

// As many components as the size needs, each with the source of a large function.
TestPipeline Big(size_t megabytes) {
  TestPipeline p;
  const size_t components = megabytes * 100;
  for (size_t i = 0; i < components; ++i) {
    const std::string name = "work-" + std::to_string(i);
    p.Container(name, kWork, "python:3.11", std::string(size_t{10} << 10, 'x'));
    p.Root().Task("t" + std::to_string(i), name);
  }
  return p;
}

class Bench {
 public:
  explicit Bench(const std::string& directory) : directory_(directory) {
    std::filesystem::create_directories(directory);
    database_ = metadata::Database::Open(directory + "/metadata.db").value();
    metadata_ = std::make_unique<metadata::MetadataStore>(*database_);
    engine_ =
        engine::Engine::Create({}, *metadata_, executor_, artifacts_, clock_, random_, logger_);
  }
  ~Bench() {
    engine_->Stop();
    engine_.reset();
  }

  // Runs the pipeline that many times at once and tells what a task cost.
  void Measure(const std::string& row, const TestPipeline& pipeline, size_t tasks, size_t runs) {
    const double resident = ResidentMiB();
    const double cpu = CpuMilliseconds();
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::string> ids;
    for (size_t i = 0; i < runs; ++i) ids.push_back(Create(pipeline));
    const double created = MillisecondsSince(begin);
    for (const std::string& id : ids) WaitForEnd(id);
    const double took = MillisecondsSince(begin);
    const double all = static_cast<double>(tasks * runs);
    std::printf(
        "%-16s %8zu tasks %9.0f ms %8.3f ms/task %8.3f ms CPU/task  made in %6.0f ms  "
        "resident %+.0f MiB\n",
        row.c_str(), tasks * runs, took, took / all, (CpuMilliseconds() - cpu) / all, created,
        ResidentMiB() - resident);
    std::fflush(stdout);
  }

  void History(size_t runs) {
    const std::string spec = text::FormatJson(Chain(3).Spec());
    const auto begin = std::chrono::steady_clock::now();
    constexpr size_t kBatch = 20'000;
    for (size_t first = 0; first < runs; first += kBatch) {
      auto written = database_->Write([&](metadata::Transaction& tx) -> base::Status {
        for (size_t i = first; i < std::min(runs, first + kBatch); ++i) {
          PENSTOCK_RETURN_IF_ERROR(metadata_->runs.Insert(tx, Finished(i, spec)));
        }
        return {};
      });
      if (!written) Die(written.error().message());
    }
    std::printf(
        "history          %8zu runs  %9.0f ms, %ju MiB on disk\n", runs, MillisecondsSince(begin),
        static_cast<uintmax_t>(std::filesystem::file_size(directory_ + "/metadata.db") >> 20));
  }

 private:
  [[noreturn]] static void Die(const std::string& why) {
    std::cerr << why << "\n";
    std::exit(1);
  }

  metadata::Run Finished(size_t number, const std::string& spec) {
    using metadata::RuntimeState;
    metadata::Run run;
    run.id = random_.Uuid();
    run.experiment_id = "experiment-" + std::to_string(number % 50);
    run.display_name = "run " + std::to_string(number);
    run.spec_json = spec;
    run.parameters = {{"rows", static_cast<int64_t>(number)}};
    run.created_at = base::FromMicros(1'700'000'000'000'000 + static_cast<int64_t>(number) * 1000);
    run.scheduled_at = run.created_at;
    run.finished_at = run.created_at + std::chrono::seconds(5);
    run.state = number % 10 == 0 ? RuntimeState::kFailed : RuntimeState::kSucceeded;
    run.state_history = {{run.created_at, RuntimeState::kPending, ""},
                         {run.created_at, RuntimeState::kRunning, ""},
                         {*run.finished_at, run.state, ""}};
    run.archived = number % 7 == 0;
    return run;
  }

  std::string Create(const TestPipeline& pipeline) {
    auto package = ir::ParsePackageJson(pipeline.Spec());
    if (!package) Die(package.error().message());
    engine::NewRun run;
    run.package = std::move(*package);
    run.run.display_name = "bench";
    auto created = engine_->CreateRun(std::move(run));
    if (!created) Die(created.error().message());
    return created->id;
  }

  void WaitForEnd(const std::string& id) {
    while (true) {
      auto run = metadata_->runs.Get(id);
      if (!run) Die(run.error().message());
      if (metadata::IsFinal(run->state)) {
        if (run->state != metadata::RuntimeState::kSucceeded) Die(run->error);
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  const std::string directory_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  base::NullLogger logger_;
  InstantExecutor executor_;
  NoArtifacts artifacts_;
  std::unique_ptr<metadata::Database> database_;
  std::unique_ptr<metadata::MetadataStore> metadata_;
  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc % 2 != 0) {
    std::cerr << "usage: penstock_engine_scale DIRECTORY ROW NUMBER [ROW NUMBER]...\n";
    return 2;
  }
  Bench bench(argv[1]);
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string row = argv[i];
    const size_t number = std::strtoull(argv[i + 1], nullptr, 10);
    if (row == "fan-out") {
      bench.Measure(row, FanOut(number), number, 1);
    } else if (row == "wide") {
      bench.Measure(row, Wide(number), number, 1);
    } else if (row == "chain") {
      bench.Measure(row, Chain(number), number, 1);
    } else if (row == "runs") {
      bench.Measure(row, Chain(10), 10, number);
    } else if (row == "big") {
      bench.Measure(row, Big(number), number * 100, 1);
    } else if (row == "history") {
      bench.History(number);
    } else {
      std::cerr << row << " is no row\n";
      return 2;
    }
  }
  std::printf("peak resident    %8.0f MiB\n", [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
  }());
  return 0;
}
