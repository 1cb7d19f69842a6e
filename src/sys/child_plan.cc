// SPDX-License-Identifier: Apache-2.0
#include "sys/child_plan.h"

#include <algorithm>
#include <utility>

#include <fcntl.h>

#include "sys/fork_server.h"
#include "sys/user_namespace.h"

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

std::string_view PathOf(const ProcessSpec& spec) {
  std::string_view path = kDefaultPath;
  for (const auto& [name, value] : spec.env) {
    if (name == "PATH") path = value;
  }
  return path;
}

// A program named without a slash is looked for along PATH, as execvp(3) does.
std::vector<std::string> Candidates(const std::string& program, std::string_view path) {
  if (program.find('/') != std::string::npos) return {program};
  std::vector<std::string> candidates;
  while (true) {
    size_t colon = path.find(':');
    std::string directory(path.substr(0, colon));
    candidates.push_back((directory.empty() ? "." : directory) + "/" + program);
    if (colon == std::string_view::npos) return candidates;
    path.remove_prefix(colon + 1);
  }
}

bool HasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

// Another name for a file, where the child's own do not get in its way.
Result<int> Keep(ChildPlan& plan, int file) {
  plan.files.emplace_back(::fcntl(file, F_DUPFD_CLOEXEC, kFirstKeptFile));
  if (!plan.files.back().valid()) return Fail(Code::kUnavailable, "out of file descriptors");
  plan.kept.push_back(plan.files.back().get());
  return plan.kept.back();
}

base::Status PlanEntry(const ProcessSpec& spec, ChildPlan& plan) {
  PENSTOCK_TRY(plan.user, Keep(plan, spec.sandbox->user->fd()));
  for (const UniqueFd& tree : plan.sandbox.trees) plan.kept.push_back(tree.get());
  for (int& file : plan.join_files) {
    PENSTOCK_TRY(file, Keep(plan, file));
  }
  if (plan.group_folder >= 0) {
    PENSTOCK_TRY(plan.group_folder, Keep(plan, plan.group_folder));
  }
  if (spec.channel >= 0) {
    PENSTOCK_TRY(plan.channel, Keep(plan, spec.channel));
  }
  std::sort(plan.kept.begin(), plan.kept.end());
  return {};
}

}  // namespace

Result<ChildPlan> ChildPlan::Make(const ProcessSpec& spec) {
  if (spec.command.empty() || spec.command.front().empty()) {
    return Fail(Code::kInvalidArgument, "the command is empty");
  }
  ChildPlan plan;
  for (const std::string& word : spec.command) {
    if (HasNul(word)) return Fail(Code::kInvalidArgument, "a word of the command has a NUL byte");
    plan.argv.push_back(word.c_str());
  }
  plan.argv.push_back(nullptr);
  plan.assignments.reserve(spec.env.size());  // so that the pointers stay good
  for (const auto& [name, value] : spec.env) {
    if (HasNul(name) || HasNul(value)) {
      return Fail(Code::kInvalidArgument, "environment variable with a NUL byte");
    }
    plan.assignments.push_back(name + "=" + value);
    plan.envp.push_back(plan.assignments.back().c_str());
  }
  plan.envp.push_back(nullptr);
  plan.programs = Candidates(spec.command.front(), PathOf(spec));
  plan.working_directory = spec.working_directory;
  plan.unprivileged = spec.unprivileged || spec.sandbox.has_value();
  plan.sandboxed = spec.sandbox.has_value();
  if (spec.group != nullptr) {
    // Who is somebody else by then has no right to the folder, and joins by what we have opened.
    const bool by_another =
        spec.fork_server != nullptr || (spec.sandbox && spec.sandbox->user != nullptr);
    if (!by_another) plan.group_folder = spec.group->folder_file();
    if (plan.group_folder < 0) plan.join_files = spec.group->join_files();
  }
  plan.filter = spec.filter;
  plan.max_file_bytes = spec.max_file_bytes;
  if (spec.sandbox) {
    PENSTOCK_TRY(plan.sandbox, SandboxPlan::Make(*spec.sandbox));
  }
  if (spec.fork_server != nullptr) {
    if (!spec.sandbox || spec.sandbox->user != spec.fork_server->user().get()) {
      return Fail(Code::kInvalidArgument, "a fork server forks for sandboxes of its own user only");
    }
  } else if (spec.sandbox && spec.sandbox->user != nullptr) {
    PENSTOCK_RETURN_IF_ERROR(PlanEntry(spec, plan));
  }
  return plan;
}

}  // namespace penstock::sys
