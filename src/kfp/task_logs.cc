// SPDX-License-Identifier: Apache-2.0
#include "kfp/task_logs.h"

#include <charconv>
#include <optional>

#include "kfp/byte_range.h"
#include "kfp/error_map.h"
#include "kfp/live_streams.h"
#include "kfp/log_search.h"
#include "kfp/message_writer.h"
#include "kfp/task_log_reader.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::Task;
using text::Json;

constexpr size_t kMostMatches = 1000;
constexpr int kGrpcOutOfRange = 11;
constexpr std::chrono::milliseconds kBetweenLooks{200};

// The latest attempt unless another is asked for.
Result<int> ReadAttempt(const Call& call, const Task& task) {
  std::string text = call.QueryValue("attempt");
  if (text.empty()) return task.attempt;
  int attempt = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), attempt);
  if (error != std::errc() || end != text.data() + text.size() || attempt < 0) {
    return Fail(Code::kInvalidArgument, "attempt must be a number from 0, not '" + text + "'");
  }
  return attempt;
}

net::Headers LogHeaders() {
  net::Headers headers;
  headers.Set("Content-Type", "text/plain; charset=utf-8");
  headers.Set("X-Content-Type-Options", "nosniff");
  headers.Set("Accept-Ranges", "bytes");
  return headers;
}

// What is there now, or a range of it.
Status SendPart(TaskLogReader& log, const std::string& range_field, net::ResponseWriter& response) {
  PENSTOCK_TRY(uint64_t size, log.Size());
  net::Headers headers = LogHeaders();
  ByteRange range{0, size};
  int status = 200;
  if (auto asked = ParseByteRange(range_field)) {
    auto found = asked->Within(size);
    if (!found) {
      headers.Set("Content-Range", ContentRangeOfNone(size));
      headers.Set("Content-Type", "application/json");
      Json error =
          PlainErrorBody(kGrpcOutOfRange, "the log has " + std::to_string(size) + " bytes so far");
      return response.Send(416, headers, text::FormatJson(error));
    }
    range = *found;
    status = 206;
    headers.Set("Content-Range", ContentRange(range, size));
  }
  PENSTOCK_RETURN_IF_ERROR(response.Start(status, headers, range.end - range.begin));
  uint64_t sent = 0;
  PENSTOCK_RETURN_IF_ERROR(log.Read(range.begin, range.end, [&](std::string_view bytes) {
    sent += bytes.size();
    return response.Write(bytes);
  }));
  if (sent == range.end - range.begin) return {};
  return Fail(Code::kDataLoss, "the log has become shorter");
}

// Whether nothing more will come: the task has ended, or this attempt of it.
Result<bool> HasEnded(Backend& backend, const std::string& task_id, int attempt) {
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(task_id));
  return metadata::IsFinal(task.state) || task.attempt > attempt;
}

// All of it and what is added, until the task ends.
Status Follow(Backend& backend, const Task& task, int attempt, TaskLogReader& log,
              net::ResponseWriter& response) {
  PENSTOCK_TRY(LiveStreams::Place place, backend.streams->Enter());
  PENSTOCK_RETURN_IF_ERROR(response.Start(200, LogHeaders(), std::nullopt));
  PENSTOCK_RETURN_IF_ERROR(response.Write(""));
  uint64_t at = 0;
  while (true) {
    // Before the log is read, so that what came last is not missed.
    auto ended = HasEnded(backend, task.id, attempt);
    const uint64_t before = at;
    Status read = log.Read(at, UINT64_MAX, [&](std::string_view bytes) {
      at += bytes.size();
      return response.Write(bytes);
    });
    if (at > before && read) continue;
    // A task that has not started has no log yet.
    if (!read && read.error().code() != Code::kNotFound) return read;
    if (!ended || *ended) return {};
    if (!backend.streams->Wait(kBetweenLooks)) return {};
  }
}

Result<LogSearch> Search(TaskLogReader& log, const std::string& wanted, size_t most) {
  LogSearch search(wanted, most);
  PENSTOCK_RETURN_IF_ERROR(log.Read(0, UINT64_MAX, [&](std::string_view bytes) -> Status {
    search.Feed(bytes);
    return {};
  }));
  search.Finish();
  return search;
}

Status SendLog(Backend& backend, Call& call, const Task& task, net::ResponseWriter& response) {
  PENSTOCK_TRY(int attempt, ReadAttempt(call, task));
  PENSTOCK_TRY(bool follow, call.QueryFlag("follow"));
  TaskLogReader log(backend, task, attempt);
  if (std::string wanted = call.QueryValue("search"); !wanted.empty()) {
    PENSTOCK_TRY(LogSearch search, Search(log, wanted, kMostMatches));
    std::string lines;
    for (const LogMatch& match : search.matches()) lines += match.text + "\n";
    return response.Send(200, LogHeaders(), lines);
  }
  if (follow) return Follow(backend, task, attempt, log, response);
  return SendPart(log, call.request.head.headers.GetOr("Range", ""), response);
}

Status SendNodeLog(Backend& backend, Call& call, net::ResponseWriter& response) {
  const std::string& run_id = call.Param("run_id");
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(call.Param("node_id")));
  if (task.run_id != run_id) {
    return Fail(Code::kNotFound, "Run " + run_id + " has no task " + task.id);
  }
  return SendLog(backend, call, task, response);
}

Status SendTaskLog(Backend& backend, Call& call, net::ResponseWriter& response) {
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(call.Param("task_id")));
  return SendLog(backend, call, task, response);
}

Result<Json> SearchTaskLog(Backend& backend, Call& call) {
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(call.Param("task_id")));
  PENSTOCK_TRY(int attempt, ReadAttempt(call, task));
  std::string wanted = call.QueryValue("text");
  if (wanted.empty()) return Fail(Code::kInvalidArgument, "say with ?text= what to look for");
  TaskLogReader log(backend, task, attempt);
  PENSTOCK_TRY(LogSearch search, Search(log, wanted, kMostMatches));
  Json message = EmptyMessage();
  for (const LogMatch& match : search.matches()) {
    Json element;
    element["line"] = match.line;
    element["offset"] = std::to_string(match.offset);
    element["text"] = match.text;
    message["matches"].Append(std::move(element));
  }
  PutInt32(message, "total_size", static_cast<int>(search.count()));
  PutInt32(message, "lines", static_cast<int>(search.lines()));
  return message;
}

}  // namespace

void AddTaskLogRoutes(Router& router, Backend& backend) {
  auto add = [&](const char* path, Status (*send)(Backend&, Call&, net::ResponseWriter&)) {
    router.Add("GET", path,
               StreamAction("Failed to read a log",
                            [&backend, send](Call& call, net::ResponseWriter& response) {
                              return send(backend, call, response);
                            }));
  };
  add("/apis/v1alpha1/runs/{run_id}/nodes/{node_id}/log", SendNodeLog);
  add("/apis/v2beta1/tasks/{task_id}/log", SendTaskLog);
  router.Add("GET", "/apis/v2beta1/tasks/{task_id}/log:search",
             JsonAction("Failed to search a log",
                        [&backend](Call& call) { return SearchTaskLog(backend, call); }));
}

}  // namespace penstock::kfp
