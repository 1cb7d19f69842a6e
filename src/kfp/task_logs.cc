// SPDX-License-Identifier: Apache-2.0
#include "kfp/task_logs.h"

#include <charconv>
#include <optional>

#include "kfp/byte_range.h"
#include "kfp/error_map.h"
#include "kfp/live_streams.h"
#include "kfp/log_search.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::Task;
using text::Json;

constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr size_t kMostMatches = 1000;
constexpr int kGrpcOutOfRange = 11;
constexpr std::chrono::milliseconds kBetweenLooks{200};

// The log of an attempt: from the executor while it has it, else from where it was published.
class TaskLogReader {
 public:
  TaskLogReader(Backend& backend, const Task& task, int attempt)
      : backend_(backend), task_(task), attempt_(attempt) {}

  Result<engine::LogPiece> Read(uint64_t offset, size_t limit) {
    if (published_) return FromPublished(offset, limit);
    auto piece = backend_.executor.ReadLogPiece(task_.run_id, task_.id, attempt_, offset, limit);
    if (piece || piece.error().code() != Code::kNotFound) return piece;
    std::string uri = PublishedUri();
    if (uri.empty()) return piece;
    base::StringSink sink;  // bounded, as every log is
    if (auto read = backend_.artifacts.Read(uri, sink); !read) {
      return read.error().code() == Code::kNotFound ? piece : Fail(std::move(read).error());
    }
    published_ = sink.Take();
    return FromPublished(offset, limit);
  }

 private:
  // Where the engine has written down that the attempt's log is; "" where it has not.
  std::string PublishedUri() const {
    if (attempt_ == task_.attempt) return task_.details.StringOr("log_uri", "");
    const Json* attempts = task_.details.Find("attempts");
    if (attempts == nullptr || !attempts->is_array()) return "";
    for (const Json& line : attempts->as_array()) {
      if (line.IntegerOr("attempt", -1) == attempt_) return line.StringOr("log_uri", "");
    }
    return "";
  }

  engine::LogPiece FromPublished(uint64_t offset, size_t limit) const {
    engine::LogPiece piece{{}, published_->size()};
    if (offset < published_->size()) piece.bytes = published_->substr(offset, limit);
    return piece;
  }

  Backend& backend_;
  const Task& task_;
  const int attempt_;
  std::optional<std::string> published_;
};

Result<bool> ReadFlag(const Call& call, std::string_view name) {
  std::string text = call.QueryValue(name);
  if (text.empty() || text == "false" || text == "0") return false;
  if (text == "true" || text == "1") return true;
  return Fail(Code::kInvalidArgument,
              std::string(name) + " must be true or false, not '" + text + "'");
}

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
  PENSTOCK_TRY(engine::LogPiece first, log.Read(0, 0));
  net::Headers headers = LogHeaders();
  ByteRange range{0, first.size};
  int status = 200;
  if (auto asked = ParseByteRange(range_field)) {
    auto found = asked->Within(first.size);
    if (!found) {
      headers.Set("Content-Range", "bytes */" + std::to_string(first.size));
      headers.Set("Content-Type", "application/json");
      Json error = PlainErrorBody(kGrpcOutOfRange,
                                  "the log has " + std::to_string(first.size) + " bytes so far");
      return response.Send(416, headers, text::FormatJson(error));
    }
    range = *found;
    status = 206;
    headers.Set("Content-Range", "bytes " + std::to_string(range.begin) + "-" +
                                     std::to_string(range.end - 1) + "/" +
                                     std::to_string(first.size));
  }
  PENSTOCK_RETURN_IF_ERROR(response.Start(status, headers, range.end - range.begin));
  for (uint64_t at = range.begin; at < range.end;) {
    PENSTOCK_TRY(engine::LogPiece piece,
                 log.Read(at, std::min<uint64_t>(kPieceBytes, range.end - at)));
    if (piece.bytes.empty()) return Fail(Code::kDataLoss, "the log has become shorter");
    PENSTOCK_RETURN_IF_ERROR(response.Write(piece.bytes));
    at += piece.bytes.size();
  }
  return {};
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
    auto piece = log.Read(at, kPieceBytes);
    if (piece && !piece->bytes.empty()) {
      PENSTOCK_RETURN_IF_ERROR(response.Write(piece->bytes));
      at += piece->bytes.size();
      continue;
    }
    // A task that has not started has no log yet.
    if (!piece && piece.error().code() != Code::kNotFound) return Fail(std::move(piece).error());
    if (!ended || *ended) return {};
    if (!backend.streams->Wait(kBetweenLooks)) return {};
  }
}

Result<LogSearch> Search(TaskLogReader& log, const std::string& wanted, size_t most) {
  LogSearch search(wanted, most);
  for (uint64_t at = 0;;) {
    PENSTOCK_TRY(engine::LogPiece piece, log.Read(at, kPieceBytes));
    if (piece.bytes.empty()) break;
    search.Feed(piece.bytes);
    at += piece.bytes.size();
  }
  search.Finish();
  return search;
}

Status SendLog(Backend& backend, Call& call, const Task& task, net::ResponseWriter& response) {
  PENSTOCK_TRY(int attempt, ReadAttempt(call, task));
  PENSTOCK_TRY(bool follow, ReadFlag(call, "follow"));
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
