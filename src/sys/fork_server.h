// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "sys/process.h"
#include "sys/spawner.h"
#include "sys/user_namespace.h"

namespace penstock::sys {

// A process that has made ready what many commands need, and forks for each of them into the
// command's own sandbox. It runs in a sandbox and a user namespace of its own and is trusted with
// nothing: what it can harm are the commands that it is asked to start.
//
// Its program finds a socket (SOCK_SEQPACKET) as descriptor 3, and sends one message there when it
// is ready. Every message that it gets is a command to start, sent by the first process of its
// sandbox: the text "fork N", with descriptors:
//   0 to 4  namespaces to enter: PID (for children), IPC, UTS, network (UTS again where that is
//           the host's), mount, in this order
//   5       standard output and error of the command
//   6       what to run, a file in memory: the first part of it, ProcessSpec::job, is there
//   already,
//           the rest when 9 says so
//   7       where to report to: one byte 'r' as the last thing before the command runs, since what
//           ends without it is started in another way; then, when the command has ended, the bytes
//           of a ChildReport (child_plan.h)
//   8       /proc/sys/kernel/ns_last_pid of the sandbox, for writing
//   9       a pipe: one byte comes when the job is whole; the end of file when there will be none
//   10 …    N files to write "0" to, before anything else, to join the control group
// It has the capabilities to enter (CAP_SYS_ADMIN, CAP_SYS_CHROOT) and to give up (CAP_SETPCAP);
// the command must give up all of them, and be put under the filter of system calls.
//
// Thread-safe, but for Start and destruction.
class ForkServer {
 public:
  // Starts `spec`, whose sandbox must name `user`; it is killed when this thread ends. Fails as
  // Process::Start does.
  static base::Result<std::unique_ptr<ForkServer>> Start(ProcessSpec spec,
                                                         std::shared_ptr<const UserNamespace> user);

  ~ForkServer();

  // Whether it has said that it is ready, or will not, within that time.
  bool HasSpoken(std::chrono::milliseconds timeout) const;
  // The message that it is ready. kUnavailable where it ends or takes longer, or has written
  // something to its output: the error holds that.
  base::Result<std::string> AwaitReady(std::chrono::milliseconds timeout) const;

  // False once it has ended, or was killed.
  bool alive() const;
  void Kill() const;  // with everything that it has forked

  const std::shared_ptr<const UserNamespace>& user() const { return user_; }
  const Spawner& spawner() const { return *spawner_; }  // of the sandboxes that it forks into
  pid_t pid() const { return process_.pid(); }

 private:
  ForkServer(Process process, std::shared_ptr<const UserNamespace> user, UniqueFd socket)
      : process_(std::move(process)), user_(std::move(user)), socket_(std::move(socket)) {}

  base::Result<UniqueFd> OpenPidNamespace() const;
  std::string Output() const;

  mutable Process process_;
  mutable std::atomic<bool> killed_ = false;
  std::shared_ptr<const UserNamespace> user_;
  UniqueFd socket_;
  std::unique_ptr<Spawner> spawner_;
};

// A file in memory with these contents, read from its beginning.
base::Result<UniqueFd> MemoryFile(const std::string& contents);
// Writes more to the end of such a file.
base::Status AppendTo(const UniqueFd& file, const std::string& contents);

}  // namespace penstock::sys
