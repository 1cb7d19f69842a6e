// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "admin/operations.h"
#include "admin/request_trace.h"

namespace penstock::admin {
namespace {

// An empty line after this time shows whether the client is still there.
constexpr std::chrono::milliseconds kPause{2'000};

}  // namespace

base::Status StreamTrace(Call& call, base::ByteSink& lines) {
  PENSTOCK_TRY(TraceFilter filter, ParseTraceFilter(call.query));
  PENSTOCK_TRY(auto listener, call.services.trace.Listen(std::move(filter)));
  PENSTOCK_RETURN_IF_ERROR(lines.Write("\n"));
  while (!listener->closed()) {
    std::string text;
    for (const std::string& line : listener->Wait(kPause)) text.append(line).push_back('\n');
    if (uint64_t missed = listener->TakeMissed(); missed > 0) {
      text += "{\"missed\":" + std::to_string(missed) + "}\n";
    }
    PENSTOCK_RETURN_IF_ERROR(lines.Write(text.empty() ? "\n" : text));
  }
  return {};
}

}  // namespace penstock::admin
