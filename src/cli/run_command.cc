// SPDX-License-Identifier: Apache-2.0
#include "cli/run_command.h"

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include <CLI/CLI.hpp>

#include "cli/server_command.h"
#include "text/url.h"
#include "text/yaml.h"

namespace penstock::cli {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;

namespace {

constexpr const char* kFooter = R"(
A value of -p that is JSON (3, true, [1,2]) is what it says; anything else is a text.

Exit codes: 0 done; 1 it could not be done, or the run that --wait waited for failed; 2 a wrong
command line.

Examples:
  penstock run pipeline.yaml -p rows=1000 --wait
  penstock run --plan pipeline.yaml                what would run, and what the cache would serve
  penstock run resume RUN_ID corrected.yaml        what did not change is taken over
  penstock run rerun RUN_ID --from train           that task again, and all that follows it
  penstock run clone RUN_ID -p rows=2000
  penstock run clone RUN_ID --locked               with exactly the packages of that run)";

bool IsFinal(const std::string& state) {
  return state == "SUCCEEDED" || state == "FAILED" || state == "SKIPPED" || state == "CANCELED";
}

}  // namespace

Result<Json> ReadPipelineFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return Fail(Code::kInvalidArgument, "cannot read " + path);
  auto documents = text::ParseYaml(text.str());
  if (!documents) return Fail(std::move(documents).error().Wrap(path));
  if (documents->empty() || documents->size() > 2) {
    return Fail(
        Code::kInvalidArgument,
        path + " is no compiled pipeline: that is one document, or two with the platform's");
  }
  if (documents->size() == 1) return std::move(documents->front());
  Json wrapped;
  wrapped["pipeline_spec"] = std::move(documents->front());
  wrapped["platform_spec"] = std::move(documents->back());
  return wrapped;
}

Result<Json::Object> ReadParameters(const std::vector<std::string>& assignments) {
  Json::Object parameters;
  for (const std::string& assignment : assignments) {
    PENSTOCK_TRY(auto pair, SplitAssignment(assignment, "-p"));
    auto value = text::ParseJson(pair.second);
    parameters[pair.first] = value ? std::move(*value) : Json(pair.second);
  }
  return parameters;
}

CLI::App* RunCommand::AddTo(CLI::App& app) {
  CLI::App* run =
      app.add_subcommand("run", "Run a pipeline, or plan it; resume, rerun, clone runs");
  run->footer(kFooter);
  run->require_subcommand(0, 1);
  run->add_option("FILE", file_, "A pipeline as the SDK compiles it, YAML or JSON")
      ->check(CLI::ExistingFile);
  run->add_option("--keep-seconds", keep_seconds_,
                  "Delete the run with its artifacts so long after its end")
      ->check(CLI::PositiveNumber);
  run->add_option("--priority", priority_, "Its tasks start before those of runs with less")
      ->check(CLI::Range(-1000, 1000));
  run->add_option("--locked", locked_from_, "A run whose packages, exactly, its tasks are to have");
  AddCommon(*run);
  AddDerived(*run, "resume",
             "A new run that takes over what an ended one has done and that did not change");
  AddDerived(*run, "rerun", "A new run that takes over what does not follow a task");
  AddDerived(*run, "clone", "A new run of the same pipeline");
  return run;
}

void RunCommand::AddDerived(CLI::App& run, const std::string& verb,
                            const std::string& description) {
  CLI::App* command = run.add_subcommand(verb, description);
  command->add_option("RUN_ID", run_id_, "The run to start from")->required();
  command->add_option("FILE", file_, "A corrected pipeline")->check(CLI::ExistingFile);
  if (verb == "rerun") {
    command->add_option("--from", from_task_, "Name, path (group/loop/2/task) or id of a task")
        ->required();
  }
  command->add_flag("--locked", locked_, "With exactly the packages that RUN_ID's tasks had");
  AddCommon(*command);
  command->callback([this, verb] { verb_ = verb; });
}

void RunCommand::AddCommon(CLI::App& command) {
  client_.AddOptions(command);
  command.add_option("-p,--parameter", parameters_, "NAME=VALUE (repeatable)")
      ->allow_extra_args(false);
  command.add_option("--name", name_, "What the run is called");
  command.add_option("--experiment-id", experiment_id_, "The experiment it belongs to");
  command.add_option("--caching", caching_, "on or off, for all its tasks")
      ->check(CLI::IsMember({"on", "off"}));
  command.add_option("--output", output_, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command.add_flag("--plan", plan_,
                   "Say what would run and what the cache would serve; run nothing");
  command.add_flag("--wait", wait_, "Wait for its end");
}

Result<Json> RunCommand::Body() const {
  Json body{Json::Object{}};
  if (!file_.empty()) {
    PENSTOCK_TRY(body["pipeline_spec"], ReadPipelineFile(file_));
  }
  PENSTOCK_TRY(Json::Object parameters, ReadParameters(parameters_));
  if (!parameters.empty()) body["runtime_config"]["parameters"] = std::move(parameters);
  if (!name_.empty()) body["display_name"] = name_;
  if (verb_.empty() && name_.empty()) {
    const size_t slash = file_.rfind('/');
    body["display_name"] = file_.substr(slash == std::string::npos ? 0 : slash + 1);
  }
  if (!experiment_id_.empty()) body["experiment_id"] = experiment_id_;
  if (!caching_.empty()) body["enable_caching"] = caching_ == "on";
  if (keep_seconds_ > 0) body["keep_seconds"] = keep_seconds_;
  if (priority_ != 0) body["priority"] = priority_;
  if (!from_task_.empty()) body["from_task"] = from_task_;
  if (!locked_from_.empty()) body["locked_from"] = locked_from_;
  if (locked_) body["locked"] = true;
  return body;
}

Status RunCommand::Go(std::ostream& out) {
  if (verb_.empty() && file_.empty()) {
    return Fail(Code::kInvalidArgument, "say which pipeline: penstock run FILE");
  }
  PENSTOCK_TRY(Json body, Body());
  std::string path = "/runs";
  if (!run_id_.empty()) path += "/" + text::PercentEncode(run_id_);
  if (plan_) {
    if (verb_ == "clone") body["kind"] = "CLONE";
    PENSTOCK_TRY(Json plan, client_.Send("POST", path + ":plan", body));
    return ShowPlan(plan, out);
  }
  if (!verb_.empty()) path += ":" + verb_;
  PENSTOCK_TRY(Json run, client_.Send("POST", path, body));
  return Follow(run, out);
}

Status RunCommand::ShowPlan(const Json& plan, std::ostream& out) const {
  if (output_ == "json") {
    out << text::FormatJson(plan) << "\n";
    return {};
  }
  if (const Json* steps = plan.Find("steps")) {
    for (const Json& step : steps->as_array()) {
      std::string line = step.StringOr("decision", "");
      line.resize(12, ' ');
      line += step.StringOr("path", "");
      const std::string from = step.StringOr("cached_from_task_id", "");
      if (!from.empty()) {
        line += "  from task " + from + " of run " + step.StringOr("cached_from_run_id", "");
      }
      const std::string reason = step.StringOr("reason", "");
      if (!reason.empty()) line += "  (" + reason + ")";
      out << line << "\n";
    }
  }
  out << plan.IntegerOr("run_count", 0) << " to run, " << plan.IntegerOr("cached_count", 0)
      << " from the cache, " << plan.IntegerOr("taken_over_count", 0) << " taken over, "
      << plan.IntegerOr("skipped_count", 0) << " skipped, " << plan.IntegerOr("depends_count", 0)
      << " not decided yet\n";
  return {};
}

Status RunCommand::Follow(const Json& run, std::ostream& out) {
  Json last = run;
  const std::string id = run.StringOr("run_id", "");
  if (output_ == "text") out << id << std::endl;
  while (wait_ && !IsFinal(last.StringOr("state", ""))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    PENSTOCK_TRY(last, client_.Send("GET", "/runs/" + text::PercentEncode(id)));
  }
  failed_ = wait_ && last.StringOr("state", "") != "SUCCEEDED";
  if (output_ == "json") {
    out << text::FormatJson(last) << "\n";
  } else if (wait_) {
    out << last.StringOr("state", "") << "\n";
    if (const Json* error = last.Find("error")) out << error->StringOr("message", "") << "\n";
  }
  return {};
}

int RunCommand::Run(std::ostream& out, std::ostream& err) {
  if (Status done = Go(out); !done) {
    err << "penstock run: " << done.error().message() << "\n";
    return 1;
  }
  return failed_ ? 1 : 0;
}

}  // namespace penstock::cli
