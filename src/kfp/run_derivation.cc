// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_derivation.h"

#include <optional>
#include <string>
#include <utility>

#include "ir/parse.h"
#include "kfp/json_routes.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"
#include "kfp/run_creation.h"
#include "kfp/run_message.h"
#include "kfp/run_plan_message.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using metadata::Run;
using text::Json;

// What differs from the run that another is made from.
struct Derivation {
  std::string display_name;
  std::string description;
  std::string experiment_id;
  const Json* spec = nullptr;  // points into the body
  Json::Object parameters;
  std::string pipeline_root;
  std::optional<bool> caching;
  std::optional<bool> locked;
  std::string from_task;
  std::string kind;  // RESUME, RERUN or CLONE; of plans only
};

std::optional<bool> ReadBool(MessageReader& reader, const char* field) {
  const Json* value = reader.Any(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->as_bool();
  reader.Fail(std::string("RunDerivation.") + field + " is true or false");
  return std::nullopt;
}

Result<Derivation> ReadDerivation(const Json& body) {
  MessageReader reader(body, "RunDerivation");
  Derivation asked;
  asked.display_name = reader.Text("display_name");
  asked.description = reader.Text("description");
  asked.experiment_id = reader.Text("experiment_id");
  asked.spec = reader.Object("pipeline_spec");
  if (const Json* config = reader.Object("runtime_config")) {
    MessageReader fields(*config, "RunDerivation.runtime_config");
    if (const Json* parameters = fields.Object("parameters")) {
      asked.parameters = parameters->as_object();
    }
    asked.pipeline_root = fields.Text("pipeline_root");
    reader.Take(fields.Finish());
  }
  asked.caching = ReadBool(reader, "enable_caching");
  asked.locked = ReadBool(reader, "locked");
  asked.from_task = reader.Text("from_task");
  asked.kind = reader.Text("kind");
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  return asked;
}

// The parameters of the origin, but for those that a corrected pipeline does not know any more, and
// over them those that were given.
Json::Object MergedParameters(const Run& origin, const ir::PipelinePackage& package, bool corrected,
                              Json::Object given) {
  Json::Object merged = std::move(given);
  const auto& known = package.spec.root.input_parameters;
  for (const auto& [name, value] : origin.parameters) {
    if (!corrected || known.contains(name)) merged.try_emplace(name, value);
  }
  return merged;
}

// The one that is asked for, or the origin's where that is still there.
Result<std::string> ChooseExperiment(Backend& backend, const Run& origin,
                                     const std::string& asked) {
  if (!asked.empty()) return FindExperiment(backend, asked);
  auto still = FindExperiment(backend, origin.experiment_id);
  if (still || still.error().code() != Code::kNotFound) return still;
  return FindExperiment(backend, "");
}

Result<engine::NewRun> MakeDerived(Backend& backend, const Run& origin, std::string_view kind,
                                   std::string_view suffix, Derivation asked) {
  engine::NewRun made;
  Run& run = made.run;
  run.origin = kind;
  run.origin_run_id = origin.id;
  run.rerun_from = asked.from_task;
  run.display_name =
      asked.display_name.empty() ? origin.display_name + std::string(suffix) : asked.display_name;
  run.description = asked.description.empty() ? origin.description : asked.description;
  run.service_account = origin.service_account;
  run.pipeline_root = asked.pipeline_root.empty() ? origin.pipeline_root : asked.pipeline_root;
  run.caching = asked.caching ? asked.caching : origin.caching;
  run.keep_seconds = origin.keep_seconds;
  run.priority = origin.priority;
  run.plugins_input = origin.plugins_input;
  if (!asked.locked) {
    run.locked_from = origin.locked_from;
    run.locks = origin.locks;
  } else if (*asked.locked) {
    run.locked_from = origin.id;
  }
  if (asked.spec != nullptr) {
    run.spec_json = text::FormatJson(*asked.spec);
    PENSTOCK_TRY(made.package, ir::ParsePackageJson(*asked.spec));
  } else {
    run.pipeline_id = origin.pipeline_id;
    run.pipeline_version_id = origin.pipeline_version_id;
    run.spec_json = origin.spec_json;
    PENSTOCK_TRY(Json spec, text::ParseJson(origin.spec_json));
    PENSTOCK_TRY(made.package, ir::ParsePackageJson(spec));
  }
  run.parameters =
      MergedParameters(origin, made.package, asked.spec != nullptr, std::move(asked.parameters));
  PENSTOCK_TRY(run.experiment_id, ChooseExperiment(backend, origin, asked.experiment_id));
  return made;
}

// "RERUN" where a task is named, and else what the caller says.
Result<std::string_view> KindOf(const Derivation& asked, std::string_view kind) {
  if (kind == "RERUN" && asked.from_task.empty()) {
    return Fail(Code::kInvalidArgument,
                "say in from_task which task to run again from: its name, "
                "its path (group/loop/2/task) or its id");
  }
  if (kind != "RERUN" && !asked.from_task.empty()) {
    return Fail(Code::kInvalidArgument, "from_task belongs to :rerun");
  }
  return kind;
}

Result<Json> Derive(Backend& backend, Call& call, std::string_view kind, std::string_view suffix) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxPackageBytes));
  PENSTOCK_TRY(Derivation asked, ReadDerivation(body));
  PENSTOCK_RETURN_IF_ERROR(KindOf(asked, kind));
  if (!asked.kind.empty()) return Fail(Code::kInvalidArgument, "kind belongs to :plan");
  PENSTOCK_TRY(Run origin, backend.metadata.runs.Get(call.Param("run_id")));
  PENSTOCK_TRY(engine::NewRun made, MakeDerived(backend, origin, kind, suffix, std::move(asked)));
  PENSTOCK_TRY(Run run, backend.engine.CreateRun(std::move(made)));
  call.made = "run " + run.id;
  return RunMessage(run);
}

Result<Json> PlanDerived(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxPackageBytes));
  PENSTOCK_TRY(Derivation asked, ReadDerivation(body));
  std::string kind = asked.kind;
  if (kind.empty()) kind = asked.from_task.empty() ? "RESUME" : "RERUN";
  if (kind != "RESUME" && kind != "RERUN" && kind != "CLONE") {
    return Fail(Code::kInvalidArgument, "kind is RESUME, RERUN or CLONE, and not '" + kind + "'");
  }
  PENSTOCK_RETURN_IF_ERROR(KindOf(asked, kind));
  PENSTOCK_TRY(Run origin, backend.metadata.runs.Get(call.Param("run_id")));
  PENSTOCK_TRY(engine::NewRun made, MakeDerived(backend, origin, kind, "", std::move(asked)));
  PENSTOCK_TRY(auto steps, backend.engine.Plan(std::move(made)));
  return RunPlanMessage(steps);
}

Result<Json> Resume(Backend& backend, Call& call) {
  return Derive(backend, call, "RESUME", " (resumed)");
}
Result<Json> Rerun(Backend& backend, Call& call) {
  return Derive(backend, call, "RERUN", " (run again)");
}
Result<Json> Clone(Backend& backend, Call& call) {
  return Derive(backend, call, "CLONE", " (clone)");
}

Result<Json> Plan(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxPackageBytes));
  PENSTOCK_TRY(engine::NewRun run, ReadNewRun(backend, body));
  ReplaceMacros(backend, std::nullopt, run.run);
  PENSTOCK_TRY(auto steps, backend.engine.Plan(std::move(run)));
  return RunPlanMessage(steps);
}

}  // namespace

void AddRunDerivationRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/runs";
  const std::string one = all + "/{run_id}";
  JsonRoutes routes(router, backend);
  routes.Add("POST", all + ":plan", "Failed to plan a run", Plan);
  routes.Add("POST", one + ":plan", "Failed to plan a run", PlanDerived);
  routes.Add("POST", one + ":resume", "Failed to resume a run", Resume);
  routes.Add("POST", one + ":rerun", "Failed to run a run again", Rerun);
  routes.Add("POST", one + ":clone", "Failed to clone a run", Clone);
}

}  // namespace penstock::kfp
