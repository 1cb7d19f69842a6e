// SPDX-License-Identifier: Apache-2.0
#include "sys/run_process.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <poll.h>
#include <string.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using Clock = std::chrono::steady_clock;

// A process that left its session can hold the pipe open for ever; nobody waits for it longer.
constexpr std::chrono::milliseconds kDrainTime{1000};

// Reads what a process writes while watching for its end, a cancellation and the time.
class OutputPump {
 public:
  OutputPump(Process& process, const RunOptions& options)
      : process_(process), options_(options), lines_(options.max_line, Sink(options)) {
    if (options.timeout) deadline_ = Clock::now() + *options.timeout;
    if (options.watch) next_look_ = Clock::now() + options.watch_pause();
  }

  RunEnd Run() {
    RunEnd end;
    while (true) {
      pollfd fds[3] = {{process_.exit_fd(), POLLIN, 0},
                       {open_ ? process_.output_fd() : -1, POLLIN, 0},
                       {CancelFd(), POLLIN, 0}};
      ::poll(fds, 3, PollTime());
      if (fds[1].revents != 0) ReadOnce();
      if (fds[0].revents != 0) break;
      Look();
      process_.Mind();
      if (end.cause == RunEnd::Cause::kEnded) end.cause = CauseToStop();
      if (end.cause != RunEnd::Cause::kEnded) process_.Kill();
    }
    end.status = process_.Wait();
    end.used = process_.used();
    end.why = why_.value_or("");
    Drain();
    lines_.Finish();
    return end;
  }

 private:
  static LineSink Sink(const RunOptions& options) {
    if (options.line) return options.line;
    return [](std::string_view) {};
  }

  bool stopping() const { return CauseToStop() != RunEnd::Cause::kEnded; }

  int CancelFd() const {
    return options_.cancel == nullptr || stopping() ? -1 : options_.cancel->fd();
  }

  RunEnd::Cause CauseToStop() const {
    if (options_.cancel != nullptr && options_.cancel->IsCancelled()) {
      return RunEnd::Cause::kCancelled;
    }
    if (deadline_ && Clock::now() >= *deadline_) return RunEnd::Cause::kTimedOut;
    if (why_) return RunEnd::Cause::kStopped;
    return RunEnd::Cause::kEnded;
  }

  void Look() {
    if (!next_look_ || stopping() || Clock::now() < *next_look_) return;
    why_ = options_.watch(process_);
    next_look_ = Clock::now() + options_.watch_pause();
  }

  int PollTime() const {
    if (stopping()) return 1000;
    int64_t time = 1000;
    for (const auto& until : {deadline_, next_look_}) {
      if (!until) continue;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now());
      time = std::clamp<int64_t>(left.count(), 0, time);
    }
    return static_cast<int>(time);
  }

  void ReadOnce() {
    char buffer[65536];
    const ssize_t count = ::read(process_.output_fd(), buffer, sizeof(buffer));
    if (count > 0) lines_.Add({buffer, static_cast<size_t>(count)});
    if (count == 0 || (count < 0 && errno != EINTR)) open_ = false;
  }

  void Drain() {
    const auto until = Clock::now() + kDrainTime;
    while (open_ && Clock::now() < until) {
      pollfd output = {process_.output_fd(), POLLIN, 0};
      if (::poll(&output, 1, 50) > 0) ReadOnce();
    }
  }

  Process& process_;
  const RunOptions& options_;
  LineSplitter lines_;
  std::optional<Clock::time_point> deadline_;
  std::optional<Clock::time_point> next_look_;
  std::optional<std::string> why_;
  bool open_ = true;
};

}  // namespace

Result<RunEnd> RunProcess(const ProcessSpec& spec, const RunOptions& options) {
  PENSTOCK_TRY(Process process, Process::Start(spec));
  return RunBegun(std::move(process), options);
}

RunEnd RunBegun(Process process, const RunOptions& options) {
  if (options.started) options.started();
  return OutputPump(process, options).Run();
}

Result<CommandOutput> RunCommand(const ProcessSpec& spec, std::chrono::milliseconds timeout,
                                 size_t limit, const CancelSignal* cancel) {
  CommandOutput output;
  RunOptions options;
  options.timeout = timeout;
  options.cancel = cancel;
  options.line = [&](std::string_view line) {
    output.text.append(line.substr(0, limit - std::min(limit, output.text.size())));
    if (output.text.size() < limit) output.text += '\n';
  };
  PENSTOCK_TRY(RunEnd end, RunProcess(spec, options));
  if (end.cause == RunEnd::Cause::kCancelled) return Fail(Code::kCancelled, "cancelled");
  if (end.cause == RunEnd::Cause::kTimedOut) {
    return Fail(Code::kDeadlineExceeded, spec.command.front() + " took longer than " +
                                             std::to_string(timeout.count()) + " ms");
  }
  output.status = end.status;
  return output;
}

std::string Describe(const ExitStatus& status) {
  if (status.signal == 0) return "exit code " + std::to_string(status.code);
  const char* name = ::sigabbrev_np(status.signal);
  std::string text = "signal " + std::to_string(status.signal);
  if (name != nullptr) text += std::string(" (SIG") + name + ")";
  return text;
}

std::vector<std::pair<std::string, std::string>> CurrentEnvironment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace penstock::sys
