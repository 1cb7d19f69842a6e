// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>

#include <sys/types.h>

#include "base/result.h"
#include "sys/child_plan.h"
#include "sys/unique_fd.h"

namespace penstock::sys {

// A small process that clones the first processes of sandboxes, so that this one, whose memory is
// large, is not copied for each. It runs a program of its own (spawner_main.cc, part of ours) and
// holds nothing but what it is asked for. It is another user, in whose namespaces the sandboxes are
// made, with that user's capabilities, and is in a PID namespace that theirs lie below.
//
// What it clones are children of the thread that called Start(), and die with it, as it does
// itself. Thread-safe, but for Start and destruction.
class Spawner {
 public:
  struct Spawned {
    pid_t pid = -1;
    UniqueFd pid_fd;
  };
  // The child's ends of its pipes, and its job.
  struct Files {
    int output, start, status, job, go;
  };

  // `fork_server` is the socket of whoever forks the commands.
  static base::Result<std::unique_ptr<Spawner>> Start(int user, int pid_namespace, int fork_server);
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;
  ~Spawner();

  // Clones a process that goes on with RunForked() (child_forked.h). kUnavailable where the spawner
  // is gone or takes long; it is asked nothing more then.
  base::Result<Spawned> Spawn(const ChildPlan& plan, const Files& files) const;

  bool alive() const;
  void Kill() const;  // and waits for its end; not what it has cloned

 private:
  Spawner(UniqueFd pid_fd, UniqueFd socket)
      : pid_fd_(std::move(pid_fd)), socket_(std::move(socket)) {}

  base::Status Ask(const ChildPlan& plan, const Files& files) const;

  UniqueFd pid_fd_;
  UniqueFd socket_;
  mutable std::mutex mutex_;     // one request at a time
  mutable bool broken_ = false;  // an answer is still to come, or never will
};

}  // namespace penstock::sys
