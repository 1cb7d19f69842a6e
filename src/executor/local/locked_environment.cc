// SPDX-License-Identifier: Apache-2.0
#include "executor/local/locked_environment.h"

#include <string>

#include "executor/local/package_locks.h"
#include "executor/local/requirement.h"

namespace penstock::executor {

using base::Code;
using base::Fail;
using base::Status;

namespace {

std::string Described(const EnvironmentSpec& spec) {
  std::string text;
  for (const std::string& requirement : AllRequirements(spec.steps)) {
    text += (text.empty() ? " with " : ", ") + HideCredentials(requirement);
  }
  return "Python " + spec.interpreter.version.MinorName() + text;
}

}  // namespace

Status LockEnvironment(const engine::TaskLaunch& launch, const LockFiles& files,
                       EnvironmentSpec& spec) {
  if (launch.locked_from.empty()) return {};
  // Those of tasks of the same name come last, and count more.
  for (auto id = launch.locks.rbegin(); id != launch.locks.rend(); ++id) {
    auto text = files.Read(*id);
    if (!text) return Fail(std::move(text).error().Wrap("the locks of run " + launch.locked_from));
    PackageLocks locks;
    PENSTOCK_RETURN_IF_ERROR(locks.Add(*text, "lock " + *id));
    spec.lock = locks.Find(spec);
    if (spec.lock.empty()) continue;
    spec.lock_id = *id;
    return {};
  }
  return RefuseToLock(launch, "none of the locks of that run is for " + Described(spec));
}

Status RefuseToLock(const engine::TaskLaunch& launch, std::string_view why) {
  if (launch.locked_from.empty()) return {};
  return Fail(Code::kInvalidArgument, "the run uses the packages of run " + launch.locked_from +
                                          ", and " + std::string(why) +
                                          ": start it without --locked, or lock another run");
}

}  // namespace penstock::executor
