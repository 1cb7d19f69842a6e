// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "base/byte_stream.h"
#include "cli/admin_groups.h"

namespace penstock::cli {
namespace {

struct TraceWords {
  std::string api;
  std::string method;
  std::string operation;
  std::string path;
  std::string bucket;
  std::string user;
  std::string status;
  std::string slower;
  bool errors = false;
};

std::string QueryOf(const TraceWords& words) {
  std::string query;
  auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    if (!query.empty()) query += '&';
    query.append(name).append("=").append(Segment(value));
  };
  add("api", words.api);
  add("method", words.method);
  add("operation", words.operation);
  add("path", words.path);
  add("bucket", words.bucket);
  add("user", words.user);
  add("status", words.status);
  add("slower", words.slower);
  add("errors", words.errors ? "true" : "");
  return query;
}

// "2026-11-23T08:09:10.1Z s3 GET 200 0.412 ms 0 in 5 out 127.0.0.1:5 anna GetObject /photos/a.jpg"
std::string Sentence(const text::Json& request) {
  if (int64_t missed = request.IntegerOr("missed", 0); missed > 0) {
    return "… " + std::to_string(missed) + " more requests came faster than they could be shown";
  }
  auto text = [&](std::string_view name, std::string_view otherwise) {
    return Printable(request.StringOr(name, otherwise));
  };
  auto number = [&](std::string_view name) { return std::to_string(request.IntegerOr(name, 0)); };
  std::string error = text("error", "");
  std::string operation = text("operation", "-");
  return text("time", "") + " " + text("api", "-") + " " + text("method", "-") + " " +
         number("status") + (error.empty() ? "" : " " + error) + " " + number("duration_us") +
         "us in=" + number("bytes_in") + " out=" + number("bytes_out") + " " + text("remote", "-") +
         " " + text("user", text("access_key", "-")) + " " + operation + " " + text("path", "-") +
         (request.BoolOr("broken_off", false) ? " (broken off)" : "");
}

// Puts the pieces that come together to lines.
class Lines final : public base::ByteSink {
 public:
  explicit Lines(AdminSession& session) : session_(session) {}

  base::Status Write(std::string_view bytes) override {
    constexpr size_t kMaxLine = 1 << 20;
    rest_ += bytes;
    for (size_t end; (end = rest_.find('\n')) != std::string::npos; rest_.erase(0, end + 1)) {
      if (end == 0) continue;
      PENSTOCK_TRY(text::Json line, text::ParseJson(std::string_view(rest_).substr(0, end)));
      session_.ShowLine(line, Sentence(line));
    }
    if (rest_.size() <= kMaxLine) return {};
    return base::Fail(base::Code::kDataLoss, "the server sends a line without an end");
  }

 private:
  AdminSession& session_;
  std::string rest_;
};

}  // namespace

void AddTraceCommand(AdminMenu& menu) {
  auto words = std::make_shared<TraceWords>();
  CLI::App& trace = menu.AddCommand(
      menu.admin(), "trace", "Show requests as they end, until Ctrl-C or the server's end",
      [words](AdminSession& session) {
        Lines lines(session);
        return session.client().Follow("/trace", QueryOf(*words), lines);
      });
  trace.add_option("--api", words->api, "Only these: s3, sts, admin or pipelines")
      ->check(CLI::IsMember({"s3", "sts", "admin", "pipelines"}));
  trace.add_option("--method", words->method, "Only those with this method");
  trace.add_option("--operation", words->operation, "Only this operation (PutObject)");
  trace.add_option("--path", words->path, "Only paths that begin so (/photos/2026)");
  trace.add_option("--bucket", words->bucket, "Only those on this bucket");
  trace.add_option("--user", words->user, "Only those of this user or access key");
  trace.add_option("--status", words->status, "Only answers of this status");
  trace.add_option("--slower", words->slower, "Only those that took at least so many milliseconds");
  trace.add_flag("--errors", words->errors, "Only those that failed");
}

}  // namespace penstock::cli
