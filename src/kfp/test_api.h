// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "engine/artifact_parts.h"
#include "engine/engine.h"
#include "kfp/backend.h"
#include "kfp/pipelines_handler.h"
#include "metadata/metadata_store.h"
#include "net/http.h"
#include "text/json.h"

// The handler on a real database, with stand-ins for what runs things, asked in memory. Every
// answer is checked against the API's description of itself.
namespace penstock::kfp {

// A response as a client would see it.
class RecordedResponse final : public net::ResponseWriter {
 public:
  base::Status Start(int status, const net::Headers& headers,
                     std::optional<uint64_t> content_length) override;
  bool started() const override { return status_ != 0; }
  base::Status Write(std::string_view bytes) override;
  void Abort() override { aborted_ = true; }

  int status() const { return status_; }
  const std::string& body() const { return body_; }
  std::string header(std::string_view name) const { return headers_.GetOr(name, ""); }
  bool aborted() const { return aborted_; }
  // The body as JSON, null where it is none; members as "a.b".
  text::Json json() const;
  std::string Text(std::string_view path) const;

 private:
  int status_ = 0;
  net::Headers headers_;
  std::string body_;
  bool aborted_ = false;
};

// Checks arguments and stores runs, as the engine does, and otherwise does what it is told.
class FakeEngine final : public engine::Engine {
 public:
  FakeEngine(metadata::MetadataStore& metadata, const base::Clock& clock, base::Random& random)
      : metadata_(metadata), clock_(clock), random_(random) {}

  base::Status Recover() override { return {}; }
  base::Result<metadata::Run> CreateRun(engine::NewRun new_run) override;
  base::Status Terminate(const std::string& run_id) override;
  base::Status Retry(const std::string& run_id) override;
  base::Result<std::vector<engine::PlannedStep>> Plan(engine::NewRun new_run) override;
  base::Status DeleteRun(const std::string& run_id, bool with_artifacts) override;
  base::Status DeleteArtifact(const std::string& artifact_id, bool force) override {
    deleted_artifacts.push_back(artifact_id + (force ? " by force" : ""));
    return {};
  }
  void Stop() override {}

  base::Status SetState(const std::string& run_id, metadata::RuntimeState state);
  // A terminated run that still has tasks to end stays CANCELING.
  bool tasks_linger = false;
  std::vector<std::string> deleted_artifacts;
  std::vector<std::string> deleted_runs;  // those whose artifacts were to go too

 private:
  metadata::MetadataStore& metadata_;
  const base::Clock& clock_;
  base::Random& random_;
};

class FakeExecutor final : public engine::Executor {
 public:
  base::Status CheckRunnable(const ir::ContainerSpec&) override { return {}; }
  void Start(engine::TaskLaunch, std::function<void()>,
             std::function<void(engine::TaskOutcome)>) override {}
  void Cancel(const std::string&) override {}
  base::Result<std::string> ReadLog(const std::string& run_id, const std::string& task_id,
                                    int attempt) override;

  std::map<std::string, std::string> logs;  // by "run/task/attempt"
};

class FakeArtifactStore final : public engine::ArtifactStore, public engine::ArtifactParts {
 public:
  base::Status CheckRoot(std::string_view) override { return {}; }
  base::Status Fetch(std::string_view, const std::string&) override { return {}; }
  base::Result<engine::StoredArtifact> Publish(const std::string&, std::string_view) override {
    return engine::StoredArtifact{};
  }
  base::Status Write(std::string_view, std::string_view) override { return {}; }
  base::Status Read(std::string_view uri, base::ByteSink& sink) override;
  base::Status ReadPart(std::string_view uri, const ChoosePart& choose,
                        base::ByteSink& sink) override;
  base::Result<bool> Exists(std::string_view) override { return true; }
  base::Result<engine::StoredArtifact> Describe(std::string_view uri) override {
    auto found = objects.find(std::string(uri));
    if (found == objects.end()) return base::Fail(base::Code::kNotFound, "no such object");
    return engine::StoredArtifact{found->second.size()};
  }
  base::Result<uint64_t> Remove(std::string_view, const std::vector<std::string>&) override {
    return 0;
  }

  std::map<std::string, std::string, std::less<>> objects;  // by URI
  bool break_midway = false;
};

class TestApi {
 public:
  // With `access` it asks for credentials; that must outlive it.
  explicit TestApi(const ApiAccess* access = nullptr);
  ~TestApi();

  RecordedResponse Send(std::string_view method, std::string_view target,
                        std::string_view body = "", const net::Headers& headers = {});
  RecordedResponse Get(std::string_view target) { return Send("GET", target); }
  const CallNotes& notes() const { return notes_; }  // of the last request
  RecordedResponse Post(std::string_view target, std::string_view body = "") {
    return Send("POST", target, body);
  }
  // Sends a file as the SDK does.
  RecordedResponse Upload(std::string_view target, std::string_view filename,
                          std::string_view content);

  // Whatever is needed to have one; the id.
  std::string CreateExperiment(std::string_view name);
  std::string UploadPipeline(std::string_view name);
  std::string CreateRun(std::string_view name);  // of add.yaml, in the default experiment

  std::vector<std::pair<std::string, std::string>> Routes() const { return handler_->Routes(); }
  void StopHandler() { handler_->Stop(); }
  metadata::MetadataStore& metadata() { return *metadata_; }
  // What the handler stands on, for what is tested without it.
  Backend& backend() { return *backend_; }
  void Store(const metadata::Task& task);
  void Store(const metadata::Artifact& artifact, const metadata::ArtifactTask& use);

 private:
  std::string directory_;
  std::unique_ptr<metadata::Database> database_;
  std::unique_ptr<metadata::MetadataStore> metadata_;
  base::SeededRandom random_{1};
  base::NullLogger logger_;
  CallNotes notes_;

 public:
  base::FakeClock clock{base::FromMicros(1'700'000'000'000'000)};
  std::unique_ptr<FakeEngine> engine;
  FakeExecutor executor;
  FakeArtifactStore artifacts;

 private:
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<PipelinesHandler> handler_;
};

// A file of tests/data/kfp.
std::string ReadTestFile(std::string_view name);
// add.yaml as JSON text.
std::string AddSpec();

}  // namespace penstock::kfp
