// SPDX-License-Identifier: Apache-2.0
#include "kfp/default_experiment.h"

namespace penstock::kfp {

base::Result<metadata::Experiment> EnsureDefaultExperiment(Backend& backend) {
  auto& experiments = backend.metadata.experiments;
  PENSTOCK_TRY(auto found, experiments.FindByName(kDefaultExperimentName));
  if (found) return *std::move(found);

  metadata::Experiment experiment;
  experiment.id = backend.random.Uuid();
  experiment.display_name = kDefaultExperimentName;
  experiment.description =
      "All runs created without specifying an experiment will be grouped here.";
  experiment.created_at = backend.clock.Now();
  auto inserted = backend.metadata.database.Write(
      [&](metadata::Transaction& tx) { return experiments.Insert(tx, experiment); });
  if (inserted) return experiment;
  if (inserted.error().code() != base::Code::kAlreadyExists) {
    return base::Fail(std::move(inserted).error());
  }
  // Somebody else was faster.
  PENSTOCK_TRY(found, experiments.FindByName(kDefaultExperimentName));
  if (found) return *std::move(found);
  return base::Fail(base::Code::kAborted, "the default experiment cannot be found or made");
}

}  // namespace penstock::kfp
