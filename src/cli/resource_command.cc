// SPDX-License-Identifier: Apache-2.0
#include "cli/resource_command.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "cli/run_command.h"
#include "text/url.h"

namespace penstock::cli {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::Json;
using Kind = ResourceCommand::Kind;

constexpr Kind kPipelines = {
    "/pipelines",
    "pipelines",
    {{{"PIPELINE_ID", "pipeline_id"}, {"NAME", "display_name"}, {"CREATED", "created_at"}}}};
constexpr Kind kExperiments = {"/experiments",
                               "experiments",
                               {{{"EXPERIMENT_ID", "experiment_id"},
                                 {"NAME", "display_name"},
                                 {"STORAGE", "storage_state"},
                                 {"CREATED", "created_at"}}}};
constexpr Kind kRuns = {"/runs",
                        "runs",
                        {{{"RUN_ID", "run_id"},
                          {"STATE", "state"},
                          {"NAME", "display_name"},
                          {"CREATED", "created_at"}}}};
constexpr Kind kRecurringRuns = {"/recurringruns",
                                 "recurringRuns",
                                 {{{"RECURRING_RUN_ID", "recurring_run_id"},
                                   {"STATUS", "status"},
                                   {"NAME", "display_name"},
                                   {"CREATED", "created_at"}}}};
constexpr Kind kTriggers = {"/triggers",
                            "triggers",
                            {{{"TRIGGER_ID", "trigger_id"},
                              {"BUCKET", "bucket"},
                              {"NAME", "display_name"},
                              {"RUNS", "runs_started"}}}};
constexpr Kind kWebhooks = {"/webhooks",
                            "webhooks",
                            {{{"WEBHOOK_ID", "webhook_id"},
                              {"NAME", "display_name"},
                              {"URL", "url"},
                              {"DELIVERED", "delivered"}}}};

std::string PathOf(const Kind& kind, const std::string& id) {
  return std::string(kind.path) + "/" + text::PercentEncode(id);
}

// Columns as wide as their widest text.
void PrintTable(const Kind& kind, const std::vector<Json>& rows, std::ostream& out) {
  std::vector<size_t> widths;
  for (const auto& [heading, member] : kind.columns) {
    if (heading.empty()) break;
    size_t width = heading.size();
    for (const Json& row : rows) width = std::max(width, row.StringOr(member, "").size());
    widths.push_back(width);
  }
  auto print = [&](auto cell) {
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i) {
      std::string text(cell(kind.columns[i]));
      if (i + 1 < widths.size()) text.resize(widths[i] + 2, ' ');
      line += text;
    }
    out << line << "\n";
  };
  print([](const auto& column) { return std::string(column.first); });
  for (const Json& row : rows) {
    print([&](const auto& column) { return row.StringOr(column.second, ""); });
  }
}

void PutText(Json& body, const char* member, const std::string& text) {
  if (!text.empty()) body[member] = text;
}

}  // namespace

CLI::App* ResourceCommand::Add(CLI::App& group, const std::string& name, const std::string& help,
                               Action action) {
  CLI::App* command = group.add_subcommand(name, help);
  client_.AddOptions(*command);
  command->add_option("--output", output_, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  actions_.push_back(std::move(action));
  const Action* chosen = &actions_.back();
  command->callback([this, chosen] { action_ = chosen; });
  return command;
}

void ResourceCommand::AddCommon(CLI::App& group, const Kind& kind, const std::string& noun) {
  CLI::App* list = Add(group, "list", "List, the newest first",
                       [this, &kind](std::ostream& out) { return List(kind, out); });
  list->add_option("--filter", filter_, "{\"predicates\": [{operation, key, string_value}]}");
  list->add_option("--sort-by", sort_by_, "A field, then asc or desc");
  list->add_option("--limit", limit_, "At most so many")->capture_default_str();
  if (&kind == &kRuns || &kind == &kRecurringRuns) {
    list->add_option("--experiment", experiment_id_, "Id of an experiment: of this one only");
  }
  Add(group, "get", "Show everything about one",
      [this, &kind](std::ostream& out) { return Get(kind, out); })
      ->add_option("ID", id_, "Id of the " + noun)
      ->required();
  CLI::App* removal = Add(group, "delete", "Delete one",
                          [this, &kind](std::ostream& out) { return Delete(kind, out); });
  removal->add_option("ID", id_, "Id of the " + noun)->required();
  if (&kind == &kPipelines) removal->add_flag("--cascade", cascade_, "With its versions");
}

// What is asked for by a word behind the path: "POST /runs/{id}:archive".
void ResourceCommand::AddVerbs(CLI::App& group, const Kind& kind,
                               std::initializer_list<const char*> verbs) {
  for (const std::string verb : verbs) {
    Add(group, verb, "Ask the server to " + verb + " one",
        [this, &kind, verb](std::ostream& out) -> Status {
          PENSTOCK_TRY(Json answer, client_.Send("POST", PathOf(kind, id_) + ":" + verb));
          if (output_ == "json") Show(answer, out);
          return {};
        })
        ->add_option("ID", id_, "Its id")
        ->required();
  }
}

void ResourceCommand::AddSwitch(CLI::App& group, const Kind& kind) {
  for (bool enabled : {true, false}) {
    Add(group, enabled ? "enable" : "disable", enabled ? "Let it act" : "Keep it from acting",
        [this, &kind, enabled](std::ostream& out) -> Status {
          PENSTOCK_TRY(Json answer, client_.Send("PATCH", PathOf(kind, id_),
                                                 Json::Object{{"enabled", enabled}}));
          if (output_ == "json") Show(answer, out);
          return {};
        })
        ->add_option("ID", id_, "Its id")
        ->required();
  }
}

void ResourceCommand::AddStart(CLI::App& command) {
  command.add_option("--pipeline", pipeline_id_, "Id of a pipeline; its newest version each time");
  command.add_option("--version", version_id_, "Id of a version of it");
  command.add_option("--experiment", experiment_id_, "Id of an experiment");
  command.add_option("-p,--parameter", parameters_, "NAME=VALUE (repeatable)")
      ->allow_extra_args(false);
  command.add_option("--description", description_, "For people");
}

Result<Json> ResourceCommand::StartBody() const {
  Json body;
  body["display_name"] = name_;
  PutText(body, "description", description_);
  PutText(body, "experiment_id", experiment_id_);
  Json& reference = body["pipeline_version_reference"];
  reference = Json(Json::Object());
  PutText(reference, "pipeline_id", pipeline_id_);
  PutText(reference, "pipeline_version_id", version_id_);
  PENSTOCK_TRY(Json::Object parameters, ReadParameters(parameters_));
  body["runtime_config"]["parameters"] = std::move(parameters);
  return body;
}

void ResourceCommand::AddPipelines(CLI::App& app) {
  CLI::App* group = app.add_subcommand("pipeline", "Pipelines of a running server");
  group->require_subcommand(1);
  AddCommon(*group, kPipelines, "pipeline");
  CLI::App* upload = Add(*group, "upload", "Make a pipeline, or a new version of one, from a file",
                         [this](std::ostream& out) { return UploadPipeline(out); });
  upload->add_option("FILE", file_, "As the SDK compiles it, YAML or JSON")
      ->required()
      ->check(CLI::ExistingFile);
  upload->add_option("--name", name_, "Of the new pipeline, or of the version");
  upload->add_option("--pipeline", pipeline_id_, "Id of the pipeline that gets the version");
  upload->add_option("--description", description_, "For people");
}

void ResourceCommand::AddExperiments(CLI::App& app) {
  CLI::App* group = app.add_subcommand("experiment", "Experiments of a running server");
  group->require_subcommand(1);
  AddCommon(*group, kExperiments, "experiment");
  AddVerbs(*group, kExperiments, {"archive", "unarchive"});
  CLI::App* create = Add(*group, "create", "Make one", [this](std::ostream& out) {
    Json body;
    body["display_name"] = name_;
    PutText(body, "description", description_);
    return Post(kExperiments, body, out);
  });
  create->add_option("NAME", name_, "Its name")->required();
  create->add_option("--description", description_, "For people");
}

void ResourceCommand::AddRecurringRuns(CLI::App& app) {
  CLI::App* group = app.add_subcommand("recurring-run", "Runs that are made again and again");
  group->require_subcommand(1);
  AddCommon(*group, kRecurringRuns, "recurring run");
  AddVerbs(*group, kRecurringRuns, {"enable", "disable"});
  CLI::App* create = Add(*group, "create", "Make one", [this](std::ostream& out) -> Status {
    PENSTOCK_TRY(Json body, StartBody());
    if (!cron_.empty()) body["trigger"]["cron_schedule"]["cron"] = cron_;
    if (interval_ > 0) body["trigger"]["periodic_schedule"]["interval_second"] = interval_;
    body["max_concurrency"] = concurrency_;
    if (no_catchup_) body["no_catchup"] = true;
    return Post(kRecurringRuns, body, out);
  });
  create->add_option("NAME", name_, "Its name")->required();
  AddStart(*create);
  create->add_option("--cron", cron_, "Second, minute, hour, day, month, day of week; or @daily");
  create->add_option("--interval", interval_, "Seconds from run to run");
  create->add_option("--max-concurrency", concurrency_, "How many may run at once, 1 to 10")
      ->capture_default_str();
  create->add_flag("--no-catchup", no_catchup_, "Of the ticks that were missed only the latest");
}

void ResourceCommand::AddTriggers(CLI::App& app) {
  CLI::App* group = app.add_subcommand("trigger", "Runs that objects start when they arrive");
  group->require_subcommand(1);
  AddCommon(*group, kTriggers, "trigger");
  AddSwitch(*group, kTriggers);
  CLI::App* create = Add(*group, "create", "Make one", [this](std::ostream& out) -> Status {
    PENSTOCK_TRY(Json body, StartBody());
    PutText(body, "bucket", bucket_);
    PutText(body, "prefix", prefix_);
    PutText(body, "suffix", suffix_);
    return Post(kTriggers, body, out);
  });
  create->add_option("NAME", name_, "Its name")->required();
  create->add_option("--bucket", bucket_, "In which they arrive")->required();
  create->add_option("--prefix", prefix_, "Of their keys");
  create->add_option("--suffix", suffix_, "Of their keys");
  AddStart(*create);
}

void ResourceCommand::AddWebhooks(CLI::App& app) {
  CLI::App* group = app.add_subcommand("webhook", "Who is told of runs' changes of state");
  group->require_subcommand(1);
  AddCommon(*group, kWebhooks, "webhook");
  AddSwitch(*group, kWebhooks);
  CLI::App* create = Add(*group, "create", "Make one", [this](std::ostream& out) {
    Json body;
    body["display_name"] = name_;
    body["url"] = url_;
    PutText(body, "secret", secret_);
    PutText(body, "experiment_id", experiment_id_);
    PutText(body, "pipeline_id", pipeline_id_);
    for (const std::string& state : states_) body["states"].Append(state);
    return Post(kWebhooks, body, out);
  });
  create->add_option("NAME", name_, "Its name")->required();
  create->add_option("--url", url_, "That is posted to")->required();
  create->add_option("--secret", secret_, "That messages are signed with")
      ->envname("PENSTOCK_WEBHOOK_SECRET");
  create->add_option("--state", states_, "That it hears of (repeatable); those that end runs")
      ->allow_extra_args(false);
  create->add_option("--experiment", experiment_id_, "Id of an experiment: of its runs only");
  create->add_option("--pipeline", pipeline_id_, "Id of a pipeline: of its runs only");
}

void ResourceCommand::AddTo(CLI::App& app) {
  AddPipelines(app);
  AddExperiments(app);
  AddRecurringRuns(app);
  AddTriggers(app);
  AddWebhooks(app);
}

void ResourceCommand::AddToRun(CLI::App& run) {
  AddCommon(run, kRuns, "run");
  AddVerbs(run, kRuns, {"terminate", "retry", "archive", "unarchive"});
  Add(run, "log", "Show the log of a task", [this](std::ostream& out) { return ShowLog(out); })
      ->add_option("TASK", id_, "Id of the task")
      ->required();
}

Status ResourceCommand::List(const Kind& kind, std::ostream& out) const {
  std::vector<Json> rows;
  std::string token;
  const std::string query =
      "&sort_by=" + text::PercentEncode(sort_by_.empty() ? "created_at desc" : sort_by_) +
      "&filter=" + text::PercentEncode(filter_) +
      "&experiment_id=" + text::PercentEncode(experiment_id_);
  do {
    const int64_t wanted = std::min<int64_t>(200, limit_ - static_cast<int64_t>(rows.size()));
    if (wanted <= 0) break;
    PENSTOCK_TRY(Json page, client_.Send("GET", std::string(kind.path) +
                                                    "?page_size=" + std::to_string(wanted) + query +
                                                    "&page_token=" + text::PercentEncode(token)));
    token = page.StringOr("next_page_token", "");
    const Json* items = page.Find(kind.list_key);
    if (items == nullptr || !items->is_array()) break;
    rows.insert(rows.end(), items->as_array().begin(), items->as_array().end());
  } while (!token.empty());
  if (output_ == "json") {
    for (const Json& row : rows) out << text::FormatJson(row) << "\n";
  } else {
    PrintTable(kind, rows, out);
  }
  return {};
}

Status ResourceCommand::Get(const Kind& kind, std::ostream& out) const {
  PENSTOCK_TRY(Json answer, client_.Send("GET", PathOf(kind, id_)));
  Show(answer, out);
  return {};
}

Status ResourceCommand::Delete(const Kind& kind, std::ostream& out) const {
  std::string path = PathOf(kind, id_) + (cascade_ ? "?cascade=true" : "");
  PENSTOCK_TRY(Json answer, client_.Send("DELETE", path));
  if (output_ == "json") Show(answer, out);
  return {};
}

// Shows the id of what was made, or all of it.
Status ResourceCommand::Post(const Kind& kind, const Json& body, std::ostream& out) const {
  PENSTOCK_TRY(Json answer, client_.Send("POST", std::string(kind.path), body));
  if (output_ == "json") {
    Show(answer, out);
  } else {
    out << answer.StringOr(kind.columns.front().second, "") << "\n";
  }
  return {};
}

Status ResourceCommand::UploadPipeline(std::ostream& out) const {
  PENSTOCK_TRY(Json spec, ReadPipelineFile(file_));
  std::string pipeline_id = pipeline_id_;
  Json version;
  version["pipeline_spec"] = std::move(spec);
  version["display_name"] = name_.empty() ? file_.substr(file_.rfind('/') + 1) : name_;
  PutText(version, "description", description_);
  if (pipeline_id.empty()) {
    Json pipeline;
    pipeline["display_name"] = *version.Find("display_name");
    PutText(pipeline, "description", description_);
    PENSTOCK_TRY(Json made, client_.Send("POST", "/pipelines", pipeline));
    pipeline_id = made.StringOr("pipeline_id", "");
  }
  auto answer = client_.Send("POST", PathOf(kPipelines, pipeline_id) + "/versions", version);
  if (!answer) {
    // A pipeline that was made for a file which is none does not stay.
    if (pipeline_id_.empty()) (void)client_.Send("DELETE", PathOf(kPipelines, pipeline_id));
    return Fail(std::move(answer).error());
  }
  if (output_ == "json") {
    Show(*answer, out);
  } else {
    out << "pipeline " << pipeline_id << "\nversion " << answer->StringOr("pipeline_version_id", "")
        << "\n";
  }
  return {};
}

Status ResourceCommand::ShowLog(std::ostream& out) const {
  PENSTOCK_TRY(std::string log, client_.Read("/tasks/" + text::PercentEncode(id_) + "/log"));
  out << log;
  return {};
}

void ResourceCommand::Show(const Json& answer, std::ostream& out) const {
  out << (output_ == "json" ? text::FormatJson(answer) : text::FormatJsonPretty(answer)) << "\n";
}

int ResourceCommand::Run(std::ostream& out, std::ostream& err) {
  Status done = (*action_)(out);
  if (done) return 0;
  err << "penstock: " << done.error().message() << "\n";
  return 1;
}

}  // namespace penstock::cli
