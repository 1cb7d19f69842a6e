// SPDX-License-Identifier: Apache-2.0
#include "kfp/test_api.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/source_file.h"
#include "ir/parse.h"
#include "kfp/test_openapi.h"

namespace penstock::kfp {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::Run;
using metadata::RuntimeState;
using metadata::Transaction;
using text::Json;

Status RecordedResponse::Start(int status, const net::Headers& headers, std::optional<uint64_t>) {
  EXPECT_FALSE(started());
  status_ = status;
  headers_ = headers;
  return {};
}

Status RecordedResponse::Write(std::string_view bytes) {
  EXPECT_TRUE(started());
  body_ += bytes;
  return {};
}

Json RecordedResponse::json() const { return text::ParseJson(body_).value_or(Json()); }

std::string RecordedResponse::Text(std::string_view path) const {
  Json value = json();
  std::istringstream names{std::string(path)};
  for (std::string name; std::getline(names, name, '.');) {
    const Json* member = value.Find(name);
    if (member == nullptr) return "";
    value = Json(*member);
  }
  return value.is_string() ? value.as_string() : text::FormatJson(value);
}

Result<Run> FakeEngine::CreateRun(engine::NewRun new_run) {
  Run run = std::move(new_run.run);
  PENSTOCK_RETURN_IF_ERROR(ir::CheckRunArguments(new_run.package.spec.root, run.parameters));
  if (run.id.empty()) run.id = random_.Uuid();
  run.created_at = clock_.Now();
  if (run.scheduled_at == base::Time{}) run.scheduled_at = run.created_at;
  run.state = RuntimeState::kPending;
  run.state_history = {{run.created_at, run.state, ""}};
  PENSTOCK_RETURN_IF_ERROR(
      metadata_.database.Write([&](Transaction& tx) { return metadata_.runs.Insert(tx, run); }));
  return run;
}

Status FakeEngine::SetState(const std::string& run_id, RuntimeState state) {
  return metadata_.database.Write([&](Transaction& tx) -> Status {
    PENSTOCK_TRY(Run run, metadata_.runs.Get(tx, run_id));
    run.state = state;
    run.state_history.push_back({clock_.Now(), state, ""});
    if (metadata::IsFinal(state)) run.finished_at = clock_.Now();
    return metadata_.runs.UpdateState(tx, run);
  });
}

Status FakeEngine::Terminate(const std::string& run_id) {
  PENSTOCK_TRY(Run run, metadata_.runs.Get(run_id));
  if (metadata::IsFinal(run.state)) {
    return Fail(Code::kFailedPrecondition, "Run " + run_id + " has already ended");
  }
  return SetState(run_id, tasks_linger ? RuntimeState::kCanceling : RuntimeState::kFailed);
}

Status FakeEngine::Retry(const std::string& run_id) {
  PENSTOCK_TRY(Run run, metadata_.runs.Get(run_id));
  if (!metadata::IsFinal(run.state)) {
    return Fail(Code::kAborted, "Run " + run_id + " has not ended");
  }
  return SetState(run_id, RuntimeState::kRunning);
}

Status FakeEngine::DeleteRun(const std::string& run_id, bool with_artifacts) {
  if (with_artifacts) deleted_runs.push_back(run_id);
  return metadata_.database.Write([&](Transaction& tx) -> Status {
    PENSTOCK_TRY(Run run, metadata_.runs.Get(tx, run_id));
    if (!metadata::IsFinal(run.state)) return Fail(Code::kAborted, "it has not ended");
    return metadata_.runs.Delete(tx, run_id);
  });
}

// What it is given comes back as one step, so that a test sees what has come.
Result<std::vector<engine::PlannedStep>> FakeEngine::Plan(engine::NewRun new_run) {
  PENSTOCK_RETURN_IF_ERROR(
      ir::CheckRunArguments(new_run.package.spec.root, new_run.run.parameters));
  engine::PlannedStep step;
  step.path = step.name = "add";
  step.kind = metadata::TaskKind::kContainer;
  step.decision = engine::PlannedStep::Decision::kCached;
  step.from_task_id = "task-of-before";
  step.from_run_id =
      new_run.run.origin_run_id.empty() ? "run-of-before" : new_run.run.origin_run_id;
  return std::vector{step};
}

Result<std::string> FakeExecutor::ReadLog(const std::string& run_id, const std::string& task_id,
                                          int attempt) {
  auto log = logs.find(run_id + "/" + task_id + "/" + std::to_string(attempt));
  if (log == logs.end()) return Fail(Code::kNotFound, "task " + task_id + " has no log");
  return log->second;
}

Status FakeArtifactStore::Read(std::string_view uri, base::ByteSink& sink) {
  auto whole = [](const File& file) -> base::Result<Part> { return Part{0, file.size}; };
  return ReadPart(uri, whole, sink);
}

Status FakeArtifactStore::ReadPart(std::string_view uri, const ChoosePart& choose,
                                   base::ByteSink& sink) {
  auto object = objects.find(uri);
  if (object == objects.end()) {
    return Fail(Code::kNotFound, "nothing is stored at " + std::string(uri));
  }
  PENSTOCK_TRY(Part part, choose({object->second.size(), "9a0364b9e99bb480dd25e1f0284c8555"}));
  std::string bytes = object->second.substr(part.begin, part.end - part.begin);
  if (!bytes.empty()) PENSTOCK_RETURN_IF_ERROR(sink.Write(bytes));
  if (break_midway) return Fail(Code::kDataLoss, "a block is damaged");
  return {};
}

TestApi::TestApi(const ApiAccess* access) {
  // In memory where there is such a place: what is tested here is not durability.
  std::string pattern = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp";
  pattern += "/penstock-kfp-XXXXXX";
  directory_ = mkdtemp(pattern.data());
  database_ = metadata::Database::Open(directory_ + "/metadata.db").value();
  metadata_ = std::make_unique<metadata::MetadataStore>(*database_);
  engine = std::make_unique<FakeEngine>(*metadata_, clock, random_);
  PipelinesOptions options;
  options.version = "1.2.3";
  options.commit_sha = "abc";
  options.delete_patience = std::chrono::milliseconds(0);
  options.access = access;
  backend_.reset(
      new Backend{options, *metadata_, *engine, executor, artifacts, clock, random_, logger_});
  handler_ = MakePipelinesHandler(options, *metadata_, *engine, executor, artifacts, clock, random_,
                                  logger_);
}

TestApi::~TestApi() {
  handler_.reset();
  metadata_.reset();
  database_.reset();
  std::filesystem::remove_all(directory_);
}

RecordedResponse TestApi::Send(std::string_view method, std::string_view target,
                               std::string_view body, const net::Headers& headers) {
  clock.Advance(std::chrono::seconds(1));
  net::Request request;
  request.head.method = method;
  request.head.target = target;
  size_t question = target.find('?');
  request.head.path = target.substr(0, question);
  if (question != std::string_view::npos) request.head.query = target.substr(question + 1);
  request.head.headers = headers;
  request.head.content_length = body.size();
  base::StringSource source(body);
  request.body = &source;
  RecordedResponse response;
  notes_ = {};
  handler_->Answer(request, response, notes_);
  EXPECT_TRUE(response.started()) << method << " " << target;
  if (!response.aborted() && method != "HEAD" && method != "OPTIONS") {
    EXPECT_EQ(OpenApiCheck::OfThisProgram().FaultsOf(
                  method, request.head.path,
                  {response.status(), response.header("Content-Type"), response.body()}),
              "")
        << method << " " << target;
  }
  return response;
}

RecordedResponse TestApi::Upload(std::string_view target, std::string_view filename,
                                 std::string_view content) {
  std::string body =
      "--5dcb7e8b\r\nContent-Disposition: form-data; name=\"uploadfile\"; filename=\"";
  body.append(filename).append("\"\r\nContent-Type: application/octet-stream\r\n\r\n");
  body.append(content).append("\r\n--5dcb7e8b--\r\n");
  net::Headers headers;
  headers.Set("Content-Type", "multipart/form-data; boundary=5dcb7e8b");
  return Send("POST", target, body, headers);
}

std::string TestApi::CreateExperiment(std::string_view name) {
  auto response = Post("/apis/v2beta1/experiments",
                       text::FormatJson(Json::Object{{"display_name", name}, {"namespace", ""}}));
  EXPECT_EQ(response.status(), 200) << response.body();
  return response.Text("experiment_id");
}

std::string TestApi::UploadPipeline(std::string_view name) {
  auto response = Upload("/apis/v2beta1/pipelines/upload?name=" + std::string(name), "add.yaml",
                         ReadTestFile("add.yaml"));
  EXPECT_EQ(response.status(), 200) << response.body();
  return response.Text("pipeline_id");
}

std::string TestApi::CreateRun(std::string_view name) {
  auto response = Post("/apis/v2beta1/runs", R"({"display_name":")" + std::string(name) +
                                                 R"(","pipeline_spec":)" + AddSpec() +
                                                 R"(,"runtime_config":{"parameters":{"a":1}}})");
  EXPECT_EQ(response.status(), 200) << response.body();
  return response.Text("run_id");
}

void TestApi::Store(const metadata::Task& task) {
  auto stored =
      database_->Write([&](Transaction& tx) { return metadata_->tasks.Insert(tx, task); });
  EXPECT_TRUE(stored) << stored.error().message();
}

void TestApi::Store(const metadata::Artifact& artifact, const metadata::ArtifactTask& use) {
  auto stored = database_->Write([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(metadata_->artifacts.Insert(tx, artifact));
    return metadata_->artifacts.InsertUse(tx, use);
  });
  EXPECT_TRUE(stored) << stored.error().message();
}

std::string ReadTestFile(std::string_view name) {
  std::ifstream in(base::SourceFile("tests/data/kfp/").append(name), std::ios::binary);
  EXPECT_TRUE(in) << name;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string AddSpec() {
  return text::FormatJson(ir::ParsePackage(ReadTestFile("add.yaml")).value().spec_json);
}

}  // namespace penstock::kfp
