// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/cancel_signal.h"
#include "sys/process.h"
#include "text/json.h"

namespace penstock::executor {

// containerd as its own client, `ctr`, reaches it: the socket speaks gRPC, and fetching images is
// the client's work. Thread-safe.
class ContainerdClient {
 public:
  ContainerdClient(std::string socket, std::string name_space)
      : socket_(std::move(socket)), name_space_(std::move(name_space)) {}

  // kUnavailable, with the reason, where there is no such socket, no client, or this server may
  // not mount what a container needs.
  base::Status CheckHere() const;
  // The command for a process that is to be followed.
  sys::ProcessSpec Command(const std::vector<std::string>& arguments) const;
  // What a short command prints. kNotFound, kAlreadyExists and kUnavailable as containerd says,
  // kInternal for its other refusals.
  base::Result<std::string> Ask(const std::vector<std::string>& arguments,
                                const sys::CancelSignal* cancel = nullptr) const;
  base::Result<text::Json> AskJson(const std::vector<std::string>& arguments) const;

 private:
  const std::string socket_, name_space_;
};

// What went wrong, of all that ctr printed: "ctr: REASON", without the prefix.
std::string ContainerdError(const std::string& printed);

}  // namespace penstock::executor
