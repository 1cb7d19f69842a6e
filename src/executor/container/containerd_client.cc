// SPDX-License-Identifier: Apache-2.0
#include "executor/container/containerd_client.h"

#include <unistd.h>

#include "sys/run_process.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::chrono::seconds kPatience{60};
constexpr size_t kMostPrinted = size_t{16} << 20;
constexpr std::string_view kPrefix = "ctr: ";

// containerd ends its messages with the kind of error.
Code CodeOf(std::string_view reason) {
  if (reason.ends_with(": not found")) return Code::kNotFound;
  if (reason.ends_with(": already exists")) return Code::kAlreadyExists;
  for (std::string_view gone : {": unavailable", "connection refused", "deadline exceeded"}) {
    if (reason.ends_with(gone)) return Code::kUnavailable;
  }
  return Code::kInternal;
}

}  // namespace

Status ContainerdClient::CheckHere() const {
  if (::access(socket_.c_str(), F_OK) != 0) {
    return Fail(Code::kUnavailable, "containerd has no socket " + socket_);
  }
  if (::access(socket_.c_str(), R_OK | W_OK) != 0 || ::geteuid() != 0) {
    return Fail(Code::kUnavailable,
                "containerd's socket " + socket_ + " can only be used by a server that is root");
  }
  return {};
}

sys::ProcessSpec ContainerdClient::Command(const std::vector<std::string>& arguments) const {
  sys::ProcessSpec spec;
  spec.command = {"ctr", "--address", socket_, "--namespace", name_space_};
  spec.command.insert(spec.command.end(), arguments.begin(), arguments.end());
  spec.env = sys::CurrentEnvironment();
  spec.working_directory = "/";
  return spec;
}

Result<std::string> ContainerdClient::Ask(const std::vector<std::string>& arguments,
                                          const sys::CancelSignal* cancel) const {
  auto output = sys::RunCommand(Command(arguments), kPatience, kMostPrinted, cancel);
  if (!output && output.error().code() == Code::kInvalidArgument) {
    return Fail(Code::kUnavailable,
                "containerd's client ctr is not installed: " + output.error().message());
  }
  if (!output && output.error().code() == Code::kDeadlineExceeded) {
    return Fail(Code::kUnavailable, "containerd does not answer: " + output.error().message());
  }
  if (!output) return Fail(std::move(output).error());
  if (output->status.success()) return std::move(output->text);
  const std::string reason = ContainerdError(output->text);
  return Fail(CodeOf(reason), reason);
}

Result<text::Json> ContainerdClient::AskJson(const std::vector<std::string>& arguments) const {
  PENSTOCK_TRY(std::string printed, Ask(arguments));
  auto json = text::ParseJson(printed);
  if (json) return json;
  return Fail(Code::kDataLoss, "containerd's answer is no JSON: " + json.error().message());
}

std::string ContainerdError(const std::string& printed) {
  size_t found = printed.rfind(std::string("\n") + std::string(kPrefix));
  std::string_view reason = printed;
  if (found != std::string::npos) reason.remove_prefix(found + 1);
  if (reason.starts_with(kPrefix)) reason.remove_prefix(kPrefix.size());
  while (reason.ends_with('\n')) reason.remove_suffix(1);
  return std::string(reason.substr(0, 2000));
}

}  // namespace penstock::executor
