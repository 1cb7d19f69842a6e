// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "sys/cancel_signal.h"
#include "sys/line_splitter.h"
#include "sys/process.h"

namespace penstock::sys {

struct RunOptions {
  std::function<void()> started;  // called when the command runs; may be empty
  LineSink line;                  // output and error, line by line; may be empty
  size_t max_line = size_t{64} << 10;
  const CancelSignal* cancel = nullptr;
  std::optional<std::chrono::milliseconds> timeout;
  // Looks at the running process now and then, on the calling thread; a text is why to kill it.
  // May be empty.
  std::function<std::optional<std::string>(const Process&)> watch;
  // How long until the next look.
  std::function<std::chrono::milliseconds()> watch_pause;
};

struct RunEnd {
  enum class Cause { kEnded, kCancelled, kTimedOut, kStopped };
  Cause cause = Cause::kEnded;
  ExitStatus status;
  std::string why;  // kStopped: what the watch said
  std::optional<UsedResources> used;
};

// Starts a process, reads its output to the end, and returns when nothing of it is left. Errors are
// those of Process::Start.
base::Result<RunEnd> RunProcess(const ProcessSpec& spec, const RunOptions& options);
// The same for one that was prepared and has begun.
RunEnd RunBegun(Process process, const RunOptions& options);

struct CommandOutput {
  ExitStatus status;
  std::string text;  // output and error, at most `limit` bytes
};
// For short helper commands: kDeadlineExceeded after the timeout.
base::Result<CommandOutput> RunCommand(const ProcessSpec& spec, std::chrono::milliseconds timeout,
                                       size_t limit = size_t{1} << 20,
                                       const CancelSignal* cancel = nullptr);

// "exit code 3" or "signal 9 (SIGKILL)".
std::string Describe(const ExitStatus& status);

// The server's own environment variables, for commands that are to inherit them.
std::vector<std::pair<std::string, std::string>> CurrentEnvironment();

}  // namespace penstock::sys
