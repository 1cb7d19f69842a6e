// SPDX-License-Identifier: Apache-2.0
#include "kfp/experiment_message.h"

#include "kfp/limits.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {

using text::Json;

Json ExperimentMessage(const metadata::Experiment& experiment) {
  Json message = EmptyMessage();
  PutText(message, "experiment_id", experiment.id);
  PutText(message, "display_name", experiment.display_name);
  PutText(message, "description", experiment.description);
  PutTime(message, "created_at", experiment.created_at);
  PutTimeOrEpoch(message, "last_run_created_at", experiment.last_run_created_at);
  PutText(message, "storage_state", experiment.archived ? "ARCHIVED" : "AVAILABLE");
  return message;
}

base::Result<metadata::Experiment> ReadExperiment(const Json& body) {
  MessageReader reader(body, "Experiment");
  metadata::Experiment experiment;
  experiment.display_name = reader.Text("display_name");
  experiment.description = reader.Text("description");
  reader.IgnoreText({"experiment_id", "namespace"});
  reader.IgnoreTimes({"created_at", "last_run_created_at"});
  reader.IgnoreAny({"storage_state"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  if (experiment.display_name.empty()) {
    return base::Fail(base::Code::kInvalidArgument,
                      "an experiment needs a name: give it in display_name");
  }
  PENSTOCK_RETURN_IF_ERROR(
      CheckLength("display_name", experiment.display_name, kMaxExperimentName));
  return experiment;
}

}  // namespace penstock::kfp
