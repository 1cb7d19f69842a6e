// SPDX-License-Identifier: Apache-2.0
#include "kfp/task_log_reader.h"

#include <algorithm>

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

constexpr size_t kPieceBytes = size_t{1} << 20;

// Passes on the bytes from `begin` to `end`, and lets nothing more come after them.
class WindowSink final : public base::ByteSink {
 public:
  WindowSink(uint64_t begin, uint64_t end, const TaskLogReader::Take& take)
      : begin_(begin), end_(end), take_(take) {}

  Status Write(std::string_view bytes) override {
    const uint64_t at = at_;
    at_ += bytes.size();
    const uint64_t from = std::max(at, begin_);
    if (from < std::min(at_, end_)) {
      PENSTOCK_RETURN_IF_ERROR(take_(bytes.substr(from - at, end_ - from)));
    }
    if (at_ < end_) return {};
    complete_ = true;
    return Fail(Code::kAborted, "that is all of it");
  }
  bool complete() const { return complete_; }

 private:
  const uint64_t begin_, end_;
  const TaskLogReader::Take& take_;
  uint64_t at_ = 0;
  bool complete_ = false;
};

// Where the log is in neither place, what the executor said of it is told.
base::Error Chosen(const base::Error& absent, const base::Error& error) {
  return error.code() == Code::kNotFound ? absent : error;
}

}  // namespace

Result<uint64_t> TaskLogReader::Size() {
  auto piece = Piece(0, 0);
  if (piece) return piece->size;
  PENSTOCK_TRY(std::string uri, PublishedInstead(piece.error()));
  auto described = backend_.artifacts.Describe(uri);
  if (described) return described->size;
  return Fail(Chosen(piece.error(), described.error()));
}

Status TaskLogReader::Read(uint64_t begin, uint64_t end, const Take& take) {
  for (uint64_t at = begin; at < end;) {
    auto piece = Piece(at, std::min<uint64_t>(kPieceBytes, end - at));
    if (!piece) return ReadPublished(piece.error(), at, end, take);
    if (piece->bytes.empty()) return {};
    at += piece->bytes.size();
    PENSTOCK_RETURN_IF_ERROR(take(piece->bytes));
  }
  return {};
}

Result<engine::LogPiece> TaskLogReader::Piece(uint64_t offset, size_t limit) {
  return backend_.executor.ReadLogPiece(task_.run_id, task_.id, attempt_, offset, limit);
}

Status TaskLogReader::ReadPublished(const base::Error& absent, uint64_t begin, uint64_t end,
                                    const Take& take) {
  PENSTOCK_TRY(std::string uri, PublishedInstead(absent));
  WindowSink window(begin, end, take);
  Status read = backend_.artifacts.Read(uri, window);
  if (read || window.complete()) return {};
  return Fail(Chosen(absent, read.error()));
}

// Where the log is when the executor does not have it, or why it is nowhere.
Result<std::string> TaskLogReader::PublishedInstead(const base::Error& absent) const {
  std::string uri = absent.code() == Code::kNotFound ? PublishedUri() : "";
  if (uri.empty()) return Fail(absent);
  return uri;
}

// Where the engine has written down that the attempt's log is; "" where it has not.
std::string TaskLogReader::PublishedUri() const {
  if (attempt_ == task_.attempt) return task_.details.StringOr("log_uri", "");
  const Json* attempts = task_.details.Find("attempts");
  if (attempts == nullptr || !attempts->is_array()) return "";
  for (const Json& line : attempts->as_array()) {
    if (line.IntegerOr("attempt", -1) == attempt_) return line.StringOr("log_uri", "");
  }
  return "";
}

}  // namespace penstock::kfp
