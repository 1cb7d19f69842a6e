// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "kfp/run_request.h"
#include "metadata/recurring_run.h"
#include "schedule/trigger.h"
#include "text/json.h"

namespace penstock::kfp {

text::Json RecurringRunMessage(const metadata::RecurringRun& recurring);

// A RecurringRun in the body of a creation; `recurring` has everything but ids, experiment, source
// and times.
struct RecurringRunRequest {
  RunRequest run;  // what it has in common with a run
  metadata::RecurringRun recurring;
};
// `body` must outlive the result.
base::Result<RecurringRunRequest> ReadRecurringRun(const text::Json& body);

schedule::Trigger TriggerOf(const metadata::RecurringRun& recurring);

}  // namespace penstock::kfp
