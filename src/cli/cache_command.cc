// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_command.h"

#include <CLI/CLI.hpp>

#include "text/json.h"
#include "text/url.h"

namespace penstock::cli {

using base::Status;
using text::Json;

namespace {

constexpr const char* kFooter = R"(
Examples:
  penstock cache list --pipeline census
  penstock cache invalidate --pipeline census --task train
  penstock cache invalidate --all)";

void AddPredicate(Json& filter, const char* key, const std::string& value) {
  if (value.empty()) return;
  Json predicate;
  predicate["key"] = key;
  predicate["operation"] = "EQUALS";
  predicate["string_value"] = value;
  filter["predicates"].Append(std::move(predicate));
}

}  // namespace

CLI::App* CacheCommand::AddTo(CLI::App& app) {
  CLI::App* cache = app.add_subcommand("cache", "List and invalidate what the cache holds");
  cache->footer(kFooter);
  cache->require_subcommand(1);
  CLI::App* list = cache->add_subcommand("list", "List entries, the oldest first");
  CLI::App* invalidate =
      cache->add_subcommand("invalidate", "Forget the entries that match all that is given");
  for (CLI::App* command : {list, invalidate}) {
    client_.AddOptions(*command);
    command->add_option("--pipeline", pipeline_, "Name of a pipeline");
    command->add_option("--task", task_, "Name of a task");
    command->add_option("--run", run_, "Id of the run that made them");
    command->add_option("--fingerprint", fingerprint_, "Of what the task runs");
    command->add_option("--output", output_, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
  }
  invalidate->add_flag("--all", all_, "Every entry");
  invalidate->callback([this] { invalidate_ = true; });
  return cache;
}

Status CacheCommand::List(std::ostream& out) const {
  Json filter{Json::Object{}};
  AddPredicate(filter, "pipeline_name", pipeline_);
  AddPredicate(filter, "task_name", task_);
  AddPredicate(filter, "run_id", run_);
  AddPredicate(filter, "fingerprint", fingerprint_);
  std::string token;
  if (output_ == "text") out << "TASK_ID  PIPELINE  TASK  HITS  LAST_USED  RUN_ID\n";
  do {
    PENSTOCK_TRY(Json page, client_.Send("GET", "/cache_entries?page_size=200&filter=" +
                                                    text::PercentEncode(text::FormatJson(filter)) +
                                                    "&page_token=" + text::PercentEncode(token)));
    token = page.StringOr("next_page_token", "");
    const Json* entries = page.Find("cache_entries");
    if (entries == nullptr) break;
    for (const Json& entry : entries->as_array()) {
      if (output_ == "json") {
        out << text::FormatJson(entry) << "\n";
        continue;
      }
      out << entry.StringOr("task_id", "") << "  " << entry.StringOr("pipeline_name", "") << "  "
          << entry.StringOr("task_name", "") << "  " << entry.StringOr("hits", "0") << "  "
          << entry.StringOr("last_used_at", "") << "  " << entry.StringOr("run_id", "") << "\n";
    }
  } while (!token.empty());
  return {};
}

Status CacheCommand::Invalidate(std::ostream& out) const {
  Json body{Json::Object{}};
  if (!pipeline_.empty()) body["pipeline_name"] = pipeline_;
  if (!task_.empty()) body["task_name"] = task_;
  if (!run_.empty()) body["run_id"] = run_;
  if (!fingerprint_.empty()) body["fingerprint"] = fingerprint_;
  if (all_) body["all"] = true;
  PENSTOCK_TRY(Json answer, client_.Send("POST", "/cache_entries:invalidate", body));
  if (output_ == "json") {
    out << text::FormatJson(answer) << "\n";
  } else {
    out << answer.StringOr("invalidated", "0") << " entries invalidated\n";
  }
  return {};
}

int CacheCommand::Run(std::ostream& out, std::ostream& err) {
  Status done = invalidate_ ? Invalidate(out) : List(out);
  if (done) return 0;
  err << "penstock cache: " << done.error().message() << "\n";
  return 1;
}

}  // namespace penstock::cli
