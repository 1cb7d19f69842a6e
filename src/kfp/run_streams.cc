// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_streams.h"

#include <chrono>

#include "kfp/live_streams.h"
#include "kfp/message_writer.h"
#include "kfp/run_message.h"
#include "kfp/task_message.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::ChangeFeed;
using metadata::RowChange;
using metadata::Run;
using metadata::Task;
using text::Json;

constexpr std::chrono::seconds kBetweenSignsOfLife{15};
// Changes that come close together are told together.
constexpr std::chrono::milliseconds kGathering{50};

Status Begin(net::ResponseWriter& response) {
  net::Headers headers;
  headers.Set("Content-Type", "text/event-stream");
  headers.Set("Cache-Control", "no-store");
  headers.Set("X-Accel-Buffering", "no");  // for proxies that would collect it
  PENSTOCK_RETURN_IF_ERROR(response.Start(200, headers, std::nullopt));
  return response.Write("retry: 2000\n\n");
}

void AddEvent(std::string& text, std::string_view name, const Json& data) {
  text.append("event: ").append(name).append("\ndata: ");
  text += text::FormatJson(data);  // has no line feeds
  text += "\n\n";
}

// With the values of its parameters; its artifacts are asked for when it has ended.
Json TaskEvent(const Task& task) { return TaskMessage(task, Lineage()); }

// The run and all of its tasks.
Result<std::string> Snapshot(Backend& backend, const std::string& run_id) {
  PENSTOCK_TRY(Run run, backend.metadata.runs.Get(run_id));
  PENSTOCK_TRY(auto tasks, backend.metadata.tasks.ListByRun(run_id));
  std::string text;
  for (const Task& task : tasks) AddEvent(text, "task", TaskEvent(task));
  AddEvent(text, "run", RunMessageWithoutPipeline(std::move(run)));
  return text;
}

class OneRun {
 public:
  OneRun(Backend& backend, std::string run_id) : backend_(backend), run_id_(std::move(run_id)) {}

  Status Send(net::ResponseWriter& response) {
    PENSTOCK_RETURN_IF_ERROR(backend_.metadata.runs.Get(run_id_));
    PENSTOCK_TRY(LiveStreams::Place place, backend_.streams->Enter());
    ChangeFeed& feed = backend_.metadata.database.changes();
    uint64_t position = feed.Position();
    PENSTOCK_RETURN_IF_ERROR(Begin(response));
    PENSTOCK_TRY(std::string text, Snapshot(backend_, run_id_));
    while (true) {
      PENSTOCK_TRY(bool ended, AddEnd(text));
      if (text.empty()) text = ":\n\n";
      PENSTOCK_RETURN_IF_ERROR(response.Write(text));
      if (ended) return {};
      auto batch = feed.Wait(position, kBetweenSignsOfLife);
      if (batch.closed || !backend_.streams->Wait(kGathering)) return {};
      batch = feed.Wait(position, std::chrono::milliseconds(0));
      position = batch.position;
      PENSTOCK_TRY(text, batch.missed ? Snapshot(backend_, run_id_) : Changes(batch));
    }
  }

 private:
  Result<std::string> Changes(const ChangeFeed::Batch& batch) {
    std::string text;
    for (const RowChange& change : batch.changes) {
      if (change.table == RowChange::Table::kTask) {
        PENSTOCK_TRY(auto task, backend_.metadata.tasks.FindByRow(change.row, run_id_));
        if (task) AddEvent(text, "task", TaskEvent(*task));
      }
    }
    auto run = backend_.metadata.runs.Get(run_id_);
    if (!run) return text;  // deleted: AddEnd says so
    Json message = RunMessageWithoutPipeline(*std::move(run));
    if (message == last_run_) return text;
    AddEvent(text, "run", message);
    last_run_ = std::move(message);
    return text;
  }

  // Whether nothing more will come.
  Result<bool> AddEnd(std::string& text) {
    auto run = backend_.metadata.runs.Get(run_id_);
    if (!run && run.error().code() != Code::kNotFound) return Fail(std::move(run).error());
    if (run && !metadata::IsFinal(run->state)) return false;
    Json why;
    why["reason"] = run ? "FINISHED" : "DELETED";
    AddEvent(text, "end", why);
    return true;
  }

  Backend& backend_;
  const std::string run_id_;
  Json last_run_;
};

// Every run that changes. Whoever was too slow, and whenever a run is gone, is told to look anew.
Status SendAllRuns(Backend& backend, net::ResponseWriter& response) {
  PENSTOCK_TRY(LiveStreams::Place place, backend.streams->Enter());
  ChangeFeed& feed = backend.metadata.database.changes();
  uint64_t position = feed.Position();
  PENSTOCK_RETURN_IF_ERROR(Begin(response));
  while (true) {
    auto batch = feed.Wait(position, kBetweenSignsOfLife);
    if (batch.closed || !backend.streams->Wait(kGathering)) return {};
    batch = feed.Wait(position, std::chrono::milliseconds(0));
    position = batch.position;
    std::string text;
    bool look_anew = batch.missed;
    for (const RowChange& change : batch.changes) {
      if (change.table != RowChange::Table::kRun) continue;
      PENSTOCK_TRY(auto run, backend.metadata.runs.FindByRow(change.row));
      if (run) {
        AddEvent(text, "run", RunMessageWithoutPipeline(*std::move(run)));
      } else {
        look_anew = true;
      }
    }
    if (look_anew) AddEvent(text, "reload", EmptyMessage());
    if (text.empty()) text = ":\n\n";
    PENSTOCK_RETURN_IF_ERROR(response.Write(text));
  }
}

}  // namespace

void AddRunStreamRoutes(Router& router, Backend& backend) {
  router.Add(
      "GET", "/apis/v2beta1/runs/{run_id}:watch",
      StreamAction("Failed to watch a run", [&backend](Call& call, net::ResponseWriter& response) {
        return OneRun(backend, call.Param("run_id")).Send(response);
      }));
  router.Add("GET", "/apis/v2beta1/events",
             StreamAction("Failed to watch runs", [&backend](Call&, net::ResponseWriter& response) {
               return SendAllRuns(backend, response);
             }));
}

}  // namespace penstock::kfp
