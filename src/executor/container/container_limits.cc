// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_limits.h"

#include <cmath>

#include "ir/quantity.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// `text` times `scale`, rounded up; 0 for "".
Result<int64_t> Amount(const std::string& text, double scale, const char* what) {
  if (text.empty()) return 0;
  const auto amount = ir::ParseQuantity(text);
  if (!amount || *amount * scale > 9e15) {
    return Fail(Code::kInvalidArgument, std::string(what) + " '" + text + "' is no amount");
  }
  return static_cast<int64_t>(std::ceil(*amount * scale));
}

// Whether an image's user ("", "0", "root:wheel", "1000:1000", "app") is root.
bool IsRoot(const std::string& user) {
  const std::string name = user.substr(0, user.find(':'));
  return name.empty() || name == "0" || name == "root";
}

}  // namespace

Status SetLimits(const ir::ResourceSpec& resources, ContainerRequest& request) {
  PENSTOCK_TRY(request.memory_bytes, Amount(resources.memory_limit, 1, "the memory limit"));
  PENSTOCK_TRY(request.cpu_millis, Amount(resources.cpu_limit, 1000, "the CPU limit"));
  PENSTOCK_TRY(request.cpu_request, Amount(resources.cpu_request, 1000, "the CPU request"));
  return {};
}

Result<std::string> UserOf(const engine::ContainerSettings& settings, const ContainerImage& image,
                           int64_t own_user, int64_t own_group) {
  std::string user;
  if (settings.user) {
    user = std::to_string(*settings.user);
    if (settings.group) user += ":" + std::to_string(*settings.group);
  } else if (settings.group) {
    const std::string name = image.user.substr(0, image.user.find(':'));
    user = (name.empty() ? "0" : name) + ":" + std::to_string(*settings.group);
  } else if (own_user != 0) {
    user = std::to_string(own_user) + ":" + std::to_string(own_group);
  }
  if (settings.not_root && IsRoot(user.empty() ? image.user : user)) {
    return Fail(
        Code::kInvalidArgument,
        "the task must not run as root (runAsNonRoot), but its image does: name a user with "
        "runAsUser");
  }
  return user;
}

bool RunsAsServer(const std::string& user, const ContainerImage& image, int64_t own_user) {
  const std::string& runs_as = user.empty() ? image.user : user;
  if (own_user == 0) return IsRoot(runs_as);
  return runs_as.substr(0, runs_as.find(':')) == std::to_string(own_user);
}

Result<PullPolicy> PullPolicyOf(const std::string& name) {
  if (name.empty() || name == "IfNotPresent") return PullPolicy::kIfAbsent;
  if (name == "Always") return PullPolicy::kAlways;
  if (name == "Never") return PullPolicy::kNever;
  return Fail(Code::kInvalidArgument, "'" + name + "' is no pull policy");
}

}  // namespace penstock::executor
