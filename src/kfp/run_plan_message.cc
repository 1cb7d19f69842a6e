// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_plan_message.h"

#include <map>
#include <string_view>

#include "kfp/message_writer.h"
#include "kfp/task_message.h"

namespace penstock::kfp {
namespace {

using Decision = engine::PlannedStep::Decision;
using text::Json;

std::string_view NameOf(Decision decision) {
  switch (decision) {
    case Decision::kRun:
      return "RUN";
    case Decision::kCached:
      return "CACHED";
    case Decision::kTakenOver:
      return "TAKEN_OVER";
    case Decision::kSkipped:
      return "SKIPPED";
    case Decision::kImported:
      return "IMPORTED";
    case Decision::kDepends:
      return "DEPENDS";
    case Decision::kFails:
      return "FAILS";
  }
  return "DEPENDS";
}

}  // namespace

Json RunPlanMessage(const std::vector<engine::PlannedStep>& steps) {
  Json message = EmptyMessage();
  std::map<Decision, int> counts;  // of what is not a group of others
  for (const engine::PlannedStep& step : steps) {
    Json item = EmptyMessage();
    PutText(item, "path", step.path);
    PutText(item, "name", step.name);
    PutText(item, "display_name", step.display_name);
    PutText(item, "type", TaskTypeName(step.kind, step.name));
    PutText(item, "decision", NameOf(step.decision));
    PutText(item, "reason", step.reason);
    PutText(item, "cached_from_task_id", step.from_task_id);
    PutText(item, "cached_from_run_id", step.from_run_id);
    message["steps"].Append(std::move(item));
    const bool group =
        step.kind != metadata::TaskKind::kContainer && step.kind != metadata::TaskKind::kImporter;
    if (!group || step.decision == Decision::kDepends || step.decision == Decision::kSkipped) {
      ++counts[step.decision];
    }
  }
  PutInt32(message, "run_count", counts[Decision::kRun]);
  PutInt32(message, "cached_count", counts[Decision::kCached]);
  PutInt32(message, "taken_over_count", counts[Decision::kTakenOver]);
  PutInt32(message, "skipped_count", counts[Decision::kSkipped]);
  PutInt32(message, "depends_count", counts[Decision::kDepends]);
  PutInt32(message, "fails_count", counts[Decision::kFails]);
  return message;
}

}  // namespace penstock::kfp
