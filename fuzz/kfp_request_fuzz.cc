// SPDX-License-Identifier: Apache-2.0
// Bodies, queries and headers of the pipelines API.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "kfp/byte_range.h"
#include "kfp/limits.h"
#include "kfp/log_search.h"
#include "kfp/message_reader.h"
#include "kfp/object_trigger_message.h"
#include "kfp/package_fetch.h"
#include "kfp/pipeline_message.h"
#include "kfp/recurring_run_message.h"
#include "kfp/run_request.h"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock::kfp;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ReadBodies(text);
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
