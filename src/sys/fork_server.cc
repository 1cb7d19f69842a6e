// SPDX-License-Identifier: Apache-2.0
#include "sys/fork_server.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;

std::string ErrorText(int error) { return std::generic_category().message(error); }

}  // namespace

Result<UniqueFd> MemoryFile(const std::string& contents) {
  UniqueFd file(::memfd_create("penstock", MFD_CLOEXEC));
  if (!file.valid()) return Fail(Code::kUnavailable, "no memory file: " + ErrorText(errno));
  PENSTOCK_RETURN_IF_ERROR(AppendTo(file, contents));
  return file;
}

base::Status AppendTo(const UniqueFd& file, const std::string& contents) {
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) {
    return Fail(Code::kUnavailable, "no memory file: " + ErrorText(errno));
  }
  for (size_t written = 0; written < contents.size();) {
    const ssize_t count = ::pwrite(file.get(), contents.data() + written, contents.size() - written,
                                   info.st_size + static_cast<off_t>(written));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Fail(Code::kUnavailable, "no memory file: " + ErrorText(errno));
    written += static_cast<size_t>(count);
  }
  return {};
}

Result<std::unique_ptr<ForkServer>> ForkServer::Start(ProcessSpec spec,
                                                      std::shared_ptr<const UserNamespace> user) {
  if (!spec.sandbox || spec.sandbox->user != user.get() || user == nullptr) {
    return Fail(Code::kInvalidArgument, "a fork server needs a user namespace of its own");
  }
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return Fail(Code::kUnavailable, "cannot make a socket: " + ErrorText(errno));
  }
  UniqueFd ours(ends[0]);
  const UniqueFd its(ends[1]);
  spec.channel = its.get();
  PENSTOCK_TRY(Process process, Process::Start(spec));
  std::unique_ptr<ForkServer> server(
      new ForkServer(std::move(process), std::move(user), std::move(ours)));
  PENSTOCK_TRY(const UniqueFd pid_namespace, server->OpenPidNamespace());
  PENSTOCK_TRY(server->spawner_,
               Spawner::Start(server->user_->fd(), pid_namespace.get(), server->socket_.get()));
  return server;
}

ForkServer::~ForkServer() { Kill(); }

// That of the first process of its sandbox, the only child of what was started.
Result<UniqueFd> ForkServer::OpenPidNamespace() const {
  const std::string pid = std::to_string(process_.pid());
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  pid_t first = 0;
  if (!(children >> first)) {
    return Fail(Code::kFailedPrecondition, "this kernel does not tell a process's children");
  }
  UniqueFd pid_namespace(
      ::open(("/proc/" + std::to_string(first) + "/ns/pid").c_str(), O_RDONLY | O_CLOEXEC));
  if (pid_namespace.valid()) return pid_namespace;
  return Fail(Code::kPermissionDenied,
              "cannot open the PID namespace of another user: " + ErrorText(errno));
}

std::string ForkServer::Output() const {
  std::string text;
  char buffer[4096];
  pollfd ready = {process_.output_fd(), POLLIN, 0};
  while (text.size() < 4096 && ::poll(&ready, 1, 0) > 0) {
    const ssize_t count = ::read(ready.fd, buffer, sizeof(buffer));
    if (count <= 0) break;
    text.append(buffer, static_cast<size_t>(count));
  }
  return text;
}

bool ForkServer::HasSpoken(std::chrono::milliseconds timeout) const {
  pollfd ready = {socket_.get(), POLLIN, 0};
  return ::poll(&ready, 1, static_cast<int>(timeout.count())) > 0;
}

Result<std::string> ForkServer::AwaitReady(std::chrono::milliseconds timeout) const {
  pollfd ready = {socket_.get(), POLLIN, 0};
  const int polled = ::poll(&ready, 1, static_cast<int>(timeout.count()));
  std::string answer(size_t{64} << 10, '\0');
  const ssize_t size =
      polled > 0 ? ::recv(socket_.get(), answer.data(), answer.size(), MSG_DONTWAIT) : -1;
  const std::string output = Output();
  if (!output.empty()) return Fail(Code::kUnavailable, "it wrote: " + output);
  if (size > 0) return answer.substr(0, static_cast<size_t>(size));
  return Fail(Code::kUnavailable,
              polled == 0 ? "it is not ready in time" : "it ended while it made itself ready");
}

bool ForkServer::alive() const {
  if (killed_ || spawner_ == nullptr || !spawner_->alive()) return false;
  pollfd ended = {process_.exit_fd(), POLLIN, 0};
  return ::poll(&ended, 1, 0) == 0;
}

void ForkServer::Kill() const {
  killed_ = true;
  // The end of its namespace waits until nothing that was in it is left to be waited for.
  if (spawner_ != nullptr) spawner_->Kill();
  process_.Kill();
}

}  // namespace penstock::sys
