// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_texts.h"

#include <algorithm>
#include <utility>

#include "kfp/run_message.h"
#include "metadata/changed_tasks.h"
#include "text/json_string.h"

namespace penstock::kfp {
namespace {

using base::Result;
using base::Status;
using metadata::Run;
using metadata::TaskRow;
using text::Json;

constexpr size_t kMostRuns = 64;
constexpr size_t kMostBytes = size_t{32} << 20;

// The message with members whose texts are there already, in the order of all JSON of ours.
std::string FormatWith(Json message, const std::map<std::string, std::string>& texts) {
  for (const auto& [name, text] : texts) message[name] = Json();
  size_t size = 4096;
  for (const auto& [name, text] : texts) size += text.size();
  std::string out;
  out.reserve(size);
  for (const auto& [name, member] : message.as_object()) {
    out += out.empty() ? '{' : ',';
    text::AppendJsonString(out, name);
    out += ':';
    const auto found = texts.find(name);
    out += found != texts.end() ? found->second : text::FormatJson(member);
  }
  return out + "}";
}

}  // namespace

Result<std::string> RunTexts::Get(const std::string& run_id) {
  const std::shared_ptr<const Made> before = Find(run_id);
  PENSTOCK_TRY(Run run, metadata_.runs.Get(run_id));
  auto made = std::make_shared<Made>();
  made->spec_json = run.spec_json;
  Json message;
  if (before != nullptr && !before->spec_text.empty() && before->spec_json == run.spec_json) {
    made->spec_text = before->spec_text;
    message = RunMessageWithoutPipeline(std::move(run));
  } else {
    message = RunMessage(run);
    // Not there in a run of a stored version.
    if (const Json* spec = message.Find("pipeline_spec")) made->spec_text = text::FormatJson(*spec);
  }
  PENSTOCK_RETURN_IF_ERROR(MakeTasks(run_id, before.get(), *made));
  made->bytes = made->spec_json.size() + made->spec_text.size();
  size_t size = 32;
  for (const auto& task : made->tasks) {
    size += task->text.size() + 1;
    made->bytes += task->stamp.size() + task->text.size();
  }
  std::map<std::string, std::string> texts;
  std::string& details = texts["run_details"];
  details.reserve(size);
  for (const auto& task : made->tasks) {
    details += details.empty() ? R"({"task_details":[)" : ",";
    details += task->text;
  }
  details += details.empty() ? "{}" : "]}";
  if (!made->spec_text.empty()) texts["pipeline_spec"] = made->spec_text;
  Keep(run_id, std::move(made));
  return FormatWith(std::move(message), texts);
}

Status RunTexts::MakeTasks(const std::string& run_id, const Made* before, Made& made) const {
  metadata::Database& database = metadata_.database;
  std::vector<std::string> known;
  if (before != nullptr) {
    for (const auto& task : before->tasks) known.push_back(task->stamp);
  }
  PENSTOCK_TRY(std::vector<TaskRow> rows, metadata::ReadChangedTasks(database, run_id, known));
  bool same = rows.size() == known.size();
  for (size_t i = 0; i < rows.size() && same; ++i) {
    const auto& task = rows[i].task;
    same = !task ||
           (task->id == before->tasks[i]->id && task->parent_id == before->tasks[i]->parent_id);
  }
  // What is below a task is not in its own row.
  if (!same && !known.empty()) {
    PENSTOCK_TRY(rows, metadata::ReadChangedTasks(database, run_id, {}));
  }
  std::map<std::string, std::vector<std::string>> children;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string& id = rows[i].task ? rows[i].task->id : before->tasks[i]->id;
    const std::string& parent =
        rows[i].task ? rows[i].task->parent_id : before->tasks[i]->parent_id;
    if (!parent.empty()) children[parent].push_back(id);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].task) {
      made.tasks.push_back(before->tasks[i]);
      continue;
    }
    const metadata::Task& task = *rows[i].task;
    made.tasks.push_back(std::make_shared<const TaskText>(
        TaskText{std::move(rows[i].stamp), task.id, task.parent_id,
                 text::FormatJson(TaskDetailMessage(task, children[task.id]))}));
  }
  return {};
}

std::shared_ptr<const RunTexts::Made> RunTexts::Find(const std::string& run_id) {
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(run_id);
  return found == kept_.end() ? nullptr : found->second.made;
}

void RunTexts::Keep(const std::string& run_id, std::shared_ptr<const Made> made) {
  std::lock_guard lock(mutex_);
  Kept& kept = kept_[run_id];
  if (kept.made != nullptr) bytes_ -= kept.made->bytes;
  bytes_ += made->bytes;
  kept = {std::move(made), ++uses_};
  while (!kept_.empty() && (kept_.size() > kMostRuns || bytes_ > kMostBytes)) {
    const auto oldest =
        std::ranges::min_element(kept_, {}, [](const auto& entry) { return entry.second.used; });
    bytes_ -= oldest->second.made->bytes;
    kept_.erase(oldest);
  }
}

}  // namespace penstock::kfp
