// SPDX-License-Identifier: Apache-2.0
#include "ir/validate.h"

namespace penstock::ir {

base::Status Validate(const PipelineSpec& spec) {
  Problem problem;
  CheckGraph(spec, PipelineLimits{}, problem);
  if (!problem.found()) CheckReferences(spec, problem);
  if (!problem.found()) CheckTypes(spec, problem);
  return problem.status();
}

}  // namespace penstock::ir
