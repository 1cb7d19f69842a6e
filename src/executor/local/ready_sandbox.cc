// SPDX-License-Identifier: Apache-2.0
#include "executor/local/ready_sandbox.h"

#include <utility>

#include "executor/local/waiting_use.h"
#include "executor/local/warm_worker.h"

namespace penstock::executor {
namespace {

// It holds memory and processes, and the next step of a chain comes much sooner.
constexpr std::chrono::seconds kLongestWait{60};

// Of its own: what it shares with its worker is counted there.
constexpr uint64_t kMostMemory = uint64_t{1} << 30;

}  // namespace

ReadySandbox::ReadySandbox(Kind kind, std::string folder, Parts parts)
    : kind_(std::move(kind)), folder_(std::move(folder)), parts_(std::move(parts)) {}

base::Result<std::shared_ptr<ReadySandbox>> ReadySandbox::Make(const WarmWorker& worker,
                                                               sys::ControlGroup group, Kind kind,
                                                               sys::SandboxSpec sandbox,
                                                               std::string folder) {
  sys::ProcessSpec spec;
  spec.command = {"python3"};
  spec.unprivileged = true;
  spec.sandbox = std::move(sandbox);
  spec.group = &group;
  spec.fork_server = &worker.server();
  spec.job = kind.place;
  PENSTOCK_TRY(sys::Process process, sys::Process::Prepare(spec));
  std::shared_ptr<ReadySandbox> made(
      new ReadySandbox(std::move(kind), std::move(folder), {std::move(group), std::move(process)}));
  worker.Know(made);
  // Who knows it best may know it longer than it is wanted.
  ReadySandbox* const bare = made.get();
  return std::shared_ptr<ReadySandbox>(bare,
                                       [made = std::move(made)](ReadySandbox*) { made->End(); });
}

bool ReadySandbox::IsOld() const { return std::chrono::steady_clock::now() - made_ > kLongestWait; }

std::optional<ReadySandbox::Parts> ReadySandbox::Take() {
  std::lock_guard lock(mutex_);
  return std::exchange(parts_, std::nullopt);
}

bool ReadySandbox::IsOver() const {
  std::lock_guard lock(mutex_);
  return !parts_.has_value();
}

// Under the lock, so that a worker does not go before what it has forked.
void ReadySandbox::End() {
  std::lock_guard lock(mutex_);
  parts_.reset();
}

// Without the lock while the folder is looked through, so that no task waits for that. One that is
// taken meanwhile is its task's, which is watched.
void ReadySandbox::Mind() {
  std::vector<pid_t> processes;
  {
    std::lock_guard lock(mutex_);
    if (!parts_) return;
    if (parts_->group.Usage().memory_bytes.value_or(0) > kMostMemory) return parts_.reset();
    processes = parts_->group.Processes();
  }
  if (!TooMuchOnDisk(folder_, processes).empty()) End();
}

}  // namespace penstock::executor
