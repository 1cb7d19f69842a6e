// SPDX-License-Identifier: Apache-2.0
#include "cli/environment_command.h"

#include <cstdlib>

#include <CLI/CLI.hpp>

#include "text/json.h"
#include "text/url.h"

namespace penstock::cli {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

constexpr const char* kFooter = R"(
A lock says exactly which packages the tasks of a run had. A server that is started with it gives
tasks that ask for the same the same again:
  penstock environment lock RUN_ID > lock.txt
  penstock server --package-lock lock.txt …)";

// "12.3 MiB" of a number of bytes.
std::string Size(const std::string& bytes) {
  const double size = std::strtod(bytes.c_str(), nullptr);
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MiB", size / (1 << 20));
  return text;
}

std::string Joined(const Json* list) {
  std::string text;
  if (list == nullptr || !list->is_array()) return "-";
  for (const Json& entry : list->as_array()) {
    text += (text.empty() ? "" : " ") + (entry.is_string() ? entry.as_string() : "");
  }
  return text;
}

}  // namespace

CLI::App* EnvironmentCommand::AddTo(CLI::App& app) {
  CLI::App* group = app.add_subcommand(
      "environment", "List and remove environments of packages; lock those of a run");
  group->footer(kFooter);
  group->require_subcommand(1);
  CLI::App* list = group->add_subcommand("list", "List them, the one that was used last first");
  CLI::App* remove =
      group->add_subcommand("remove", "Remove some, or let what could not be made be tried again");
  remove->add_option("ENVIRONMENT_ID", ids_, "Ids, as the list and tasks' details have them")
      ->required();
  CLI::App* lock = group->add_subcommand("lock", "Print the locks of a run's tasks");
  lock->add_option("RUN_ID", run_, "Id of the run")->required();
  list->add_option("--output", output_, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  for (CLI::App* command : {list, remove, lock}) client_.AddOptions(*command);
  remove->callback([this] { verb_ = Verb::kRemove; });
  lock->callback([this] { verb_ = Verb::kLock; });
  return group;
}

Status EnvironmentCommand::List(std::ostream& out) const {
  PENSTOCK_TRY(Json answer, client_.Send("GET", "/environments"));
  if (output_ == "json") {
    out << text::FormatJson(answer) << "\n";
    return {};
  }
  out << "ENVIRONMENT_ID  PYTHON  SIZE  LAST_USED  IN_USE  REQUIREMENTS\n";
  if (const Json* environments = answer.Find("environments")) {
    for (const Json& entry : environments->as_array()) {
      out << entry.StringOr("environment_id", "") << "  " << entry.StringOr("python", "") << "  "
          << Size(entry.StringOr("size_bytes", "0")) << "  " << entry.StringOr("last_used_at", "")
          << "  " << (entry.Find("in_use") != nullptr ? "yes" : "no") << "  "
          << Joined(entry.Find("requirements")) << "\n";
    }
  }
  const std::string total = answer.StringOr("total_bytes", "");
  if (total.empty()) return {};
  out << Size(total) << " on disk with downloads";
  const std::string limit = answer.StringOr("limit_bytes", "");
  out << (limit.empty() ? "" : ", of " + Size(limit) + " allowed") << "\n";
  return {};
}

Status EnvironmentCommand::Remove(std::ostream& out) const {
  for (const std::string& id : ids_) {
    PENSTOCK_RETURN_IF_ERROR(client_.Send("DELETE", "/environments/" + text::PercentEncode(id)));
    out << id << " is removed\n";
  }
  return {};
}

Result<std::set<std::string>> EnvironmentCommand::LocksOfRun() const {
  PENSTOCK_TRY(Json answer, client_.Send("GET", "/tasks?run_id=" + text::PercentEncode(run_)));
  std::set<std::string> locks;
  const Json* tasks = answer.Find("tasks");
  if (tasks == nullptr || !tasks->is_array()) return locks;
  for (const Json& task : tasks->as_array()) {
    const Json* details = task.Find("details");
    const std::string lock = details != nullptr ? details->StringOr("lock", "") : "";
    if (!lock.empty()) locks.insert(lock);
  }
  return locks;
}

Status EnvironmentCommand::Lock(std::ostream& out) const {
  PENSTOCK_TRY(std::set<std::string> locks, LocksOfRun());
  if (locks.empty()) return Fail(Code::kNotFound, "no task of run " + run_ + " has a lock");
  for (const std::string& lock : locks) {
    PENSTOCK_TRY(Json answer, client_.Send("GET", "/environment_locks/" + lock));
    out << answer.StringOr("text", "");
  }
  return {};
}

Status EnvironmentCommand::Act(std::ostream& out) const {
  if (verb_ == Verb::kRemove) return Remove(out);
  return verb_ == Verb::kLock ? Lock(out) : List(out);
}

int EnvironmentCommand::Run(std::ostream& out, std::ostream& err) {
  Status done = Act(out);
  if (done) return 0;
  err << "penstock environment: " << done.error().message() << "\n";
  return 1;
}

}  // namespace penstock::cli
