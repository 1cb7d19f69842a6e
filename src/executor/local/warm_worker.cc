// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_worker.h"

#include <filesystem>
#include <fstream>

#include <sys/syscall.h>

#include "base/encoding.h"
#include "executor/local/modules_ahead.h"
#include "executor/local/waiting_use.h"
#include "executor/local/warm_entry.h"
#include "executor/local/warm_program.h"
#include "text/json.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

constexpr std::chrono::seconds kStartTime{60}, kBetweenLooks{1};
constexpr int kMostRefusals = 6;
constexpr sys::GroupLimits kLimits = {uint64_t{2} << 30, std::nullopt, 256};

Status WriteFile(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (file.good()) return {};
  return Fail(Code::kInternal, "cannot write " + path);
}

// The shell whose words at the end of a task the worker has to know.
bool ShellIsDash() {
  std::error_code error;
  return fs::canonical("/bin/sh", error).filename() == "dash";
}

// Of "without MODULE: why", which warm_ahead.py says; "" where it is something else.
std::string RefusedModule(std::string_view answer) {
  constexpr std::string_view kWithout = "without ";
  if (!answer.starts_with(kWithout)) return "";
  answer.remove_prefix(kWithout.size());
  return std::string(answer.substr(0, answer.find(": ")));
}

// JSON without booleans and nulls is Python as well.
std::string Config(const WarmRequest& request, const WarmSurroundings& shared,
                   const std::string& entry) {
  Json config;
  config["module"] = Json(request.wants.module);
  config["ahead"] = Json(Json::Array(request.wants.ahead.begin(), request.wants.ahead.end()));
  config["env"] = Json(Json::Array());
  for (const auto& [name, value] : request.wants.env) config["env"].Append(Json(name));
  if (request.wants.runtime) config["env"].Append(Json("_KFP_RUNTIME"));
  config["filter"] = Json(shared.task_filter ? base::HexEncode(shared.task_filter->bytes()) : "");
  config["seccomp"] = Json(static_cast<int64_t>(SYS_seccomp));
  config["dash"] = Json(ShellIsDash() ? 1 : 0);
  config["entry"] = Json(entry);
  return "CONFIG = " + text::FormatJson(config) + "\n";
}

}  // namespace

std::string WarmRequest::Key() const {
  Json key;
  key["environment"] = Json(environment.key);
  key["module"] = Json(wants.module);
  key["runtime"] = Json(wants.runtime);
  key["network"] = Json(own_network);
  key["env"] = Json(Json::Object());
  for (const auto& [name, value] : wants.env) key["env"][name] = Json(value);
  return text::FormatJson(key);
}

WarmWorker::~WarmWorker() {
  for (const auto& ready : ready_) ready->End();
}

void WarmWorker::Know(std::shared_ptr<ReadySandbox> ready) const {
  std::lock_guard lock(mutex_);
  std::erase_if(ready_, [](const auto& each) { return each->IsOver(); });
  ready_.push_back(std::move(ready));
}

std::string WarmWorker::Mind() const {
  std::vector<std::shared_ptr<ReadySandbox>> ready;
  {
    std::lock_guard lock(mutex_);
    ready = ready_;
  }
  for (const auto& each : ready) each->Mind();
  return TooMuchOnDisk(work_.folder(), group_->Processes());
}

WarmWorker::WarmWorker(const WarmRequest& request, WorkFolder work)
    : environment_(request.environment),
      ahead_(request.wants.ahead),
      work_(std::move(work)),
      shell_is_dash_(ShellIsDash()) {}

Status WarmWorker::WriteProgram(const WarmRequest& request, const WarmSurroundings& shared) const {
  PENSTOCK_TRY(const std::string packages, SitePackages(environment_.venv));
  const std::string folder = work_.folder() + "/upper/" + packages;
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string program = environment_.venv + "/" + packages + "/zzzz-penstock.worker";
  const std::string entry = environment_.venv + "/" + packages + "/zzzz-penstock.so";
  PENSTOCK_RETURN_IF_ERROR(WriteFile(folder + "/zzzz-penstock.so", WarmEntryLibrary()));
  PENSTOCK_RETURN_IF_ERROR(WriteFile(folder + "/zzzz-penstock.worker",
                                     Config(request, shared, entry) + std::string(kWarmProgram)));
  // The last of its kind, so that the others' have run.
  return WriteFile(folder + "/zzzz-penstock.pth",
                   "import sys; exec(compile(open(" + text::FormatJson(Json(program)) +
                       ", encoding='utf-8').read(), '<worker>', 'exec'), {})\n");
}

sys::ProcessSpec WarmWorker::MakeProcess(const WarmRequest& request, const WarmSurroundings& shared,
                                         const sys::UserNamespace& user) const {
  TaskView view;
  view.user = &user;
  view.work = &work_;
  view.interpreter = &request.interpreter;
  view.venv = environment_.venv;
  view.venv_overlay = true;
  view.extra_folders = request.extra_folders;
  view.own_network = request.own_network;
  sys::ProcessSpec process;
  process.command = {"python3", "-m", request.wants.module};
  process.env = request.wants.env;
  if (request.wants.runtime) process.env.emplace_back("_KFP_RUNTIME", "true");
  process.working_directory = work_.WorkingDirectory();
  process.unprivileged = true;
  process.sandbox = TaskSandbox(SandboxKind::kNamespaces, shared.files, view);
  process.filter = shared.worker_filter;
  process.group = &*group_;
  return process;
}

Result<std::unique_ptr<WarmWorker>> WarmWorker::Start(const WarmRequest& request,
                                                      const WarmSurroundings& shared, uint32_t user,
                                                      base::Logger& logger,
                                                      const std::function<void()>& meanwhile) {
  WarmRequest less = request;
  std::vector<std::string>& ahead = less.wants.ahead;
  for (int refusals = 0;; ++refusals) {
    auto worker = StartWith(less, shared, user, meanwhile);
    if (worker || ahead.empty()) return worker;
    const std::string& why = worker.error().message();
    const std::string refused = RefusedModule(why);
    if (std::erase(ahead, refused) == 0 || refusals >= kMostRefusals) ahead.clear();
    logger.Info("a warm worker does without modules", {{"why", why}});
  }
}

Result<std::unique_ptr<WarmWorker>> WarmWorker::StartWith(const WarmRequest& request,
                                                          const WarmSurroundings& shared,
                                                          uint32_t user,
                                                          const std::function<void()>& meanwhile) {
  PENSTOCK_TRY(WorkFolder work,
               WorkFolder::Make(shared.work_directory + "/worker-" + std::to_string(user), true));
  std::unique_ptr<WarmWorker> worker(new WarmWorker(request, std::move(work)));
  PENSTOCK_RETURN_IF_ERROR(worker->WriteProgram(request, shared));
  // Its tasks leave this group for their own. What it imports is no better than a task.
  PENSTOCK_TRY(sys::ControlGroup group,
               shared.groups->Make("worker-" + std::to_string(user), kLimits));
  worker->group_.emplace(std::move(group));
  PENSTOCK_TRY(sys::UserNamespace made, sys::UserNamespace::Make(user));
  const auto owner = std::make_shared<const sys::UserNamespace>(std::move(made));
  PENSTOCK_TRY(worker->server_,
               sys::ForkServer::Start(worker->MakeProcess(request, shared, *owner), owner));
  PENSTOCK_RETURN_IF_ERROR(worker->AwaitReady(meanwhile));
  return worker;
}

Status WarmWorker::AwaitReady(const std::function<void()>& meanwhile) const {
  const auto end = std::chrono::steady_clock::now() + kStartTime;
  while (!server_->HasSpoken(kBetweenLooks) && std::chrono::steady_clock::now() < end) {
    if (const std::string why = Mind(); !why.empty()) return Fail(Code::kFailedPrecondition, why);
    meanwhile();
  }
  PENSTOCK_TRY(const std::string answer, server_->AwaitReady(std::chrono::milliseconds(0)));
  if (answer == "ready") return {};
  return Fail(Code::kFailedPrecondition, answer);
}

}  // namespace penstock::executor
