// SPDX-License-Identifier: Apache-2.0
#include "kfp/new_pipeline_version.h"

#include "kfp/stored_spec.h"

namespace penstock::kfp {

metadata::PipelineVersion MakePipelineVersion(Backend& backend, const PipelineRequest& request,
                                              const std::string& pipeline_id,
                                              const ir::PipelinePackage& package) {
  metadata::PipelineVersion version;
  version.id = backend.random.Uuid();
  version.pipeline_id = pipeline_id;
  version.name = request.name;
  version.display_name = request.display_name;
  version.description = request.description;
  version.created_at = backend.clock.Now();
  version.code_source_url = request.code_source_url;
  version.spec_json = StoredSpec(package);
  version.tags = request.tags.value_or(std::map<std::string, std::string>());
  return version;
}

}  // namespace penstock::kfp
