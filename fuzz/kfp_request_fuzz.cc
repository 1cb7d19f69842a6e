// SPDX-License-Identifier: Apache-2.0
// Bodies, queries and headers of the pipelines API.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "kfp/artifact_request.h"
#include "kfp/byte_range.h"
#include "kfp/limits.h"
#include "kfp/log_search.h"
#include "kfp/message_reader.h"
#include "kfp/object_trigger_message.h"
#include "kfp/package_fetch.h"
#include "kfp/pipeline_message.h"
#include "kfp/recurring_run_message.h"
#include "kfp/run_request.h"
#include "kfp/task_message.h"
#include "kfp/task_request.h"

namespace {

void ReadBodies(std::string_view text) {
  using namespace penstock::kfp;
  auto body = ParseBody(text);
  if (!body) return;
  (void)ReadRunRequest(*body);
  (void)ReadPipeline(*body);
  (void)ReadPipelineVersion(*body);
  if (auto recurring = ReadRecurringRun(*body)) (void)RecurringRunMessage(recurring->recurring);
  penstock::metadata::ObjectTrigger trigger;
  if (ReadObjectTrigger(*body, trigger)) (void)ObjectTriggerMessage(trigger);
}

// A task that was recorded is shown, and what is shown can be sent back and changes nothing more.
void ReadRecords(std::string_view text) {
  using namespace penstock::kfp;
  auto body = ParseBody(text);
  if (!body) return;
  (void)ReadArtifactRequest(*body);
  (void)ReadArtifactTask(*body);
  penstock::metadata::Task task;
  const penstock::base::Time now = penstock::base::FromMicros(1'700'000'000'000'000);
  if (!MergeTask(*body, now, task)) return;
  const auto shown = TaskMessage(task, {});
  if (!MergeTask(shown, now, task) || TaskMessage(task, {}) != shown) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::kfp;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ReadBodies(text);
  ReadRecords(text);
  (void)ParseTags(text);
  (void)ParseArrived(text);
  if (auto range = ParseByteRange(text)) {
    for (uint64_t length : {uint64_t{0}, uint64_t{1}, uint64_t{1000}}) {
      auto within = range->Within(length);
      if (within && (within->begin >= within->end || within->end > length)) abort();
    }
  }
  (void)ResolveRedirect("https://example.com/a/b", text);
  (void)CheckPackageUrl({}, std::string(text));
  LogSearch search("a", 10);
  search.Feed(text);
  search.Finish();
  if (search.count() > 0 && search.matches().empty()) abort();
  return 0;
}
