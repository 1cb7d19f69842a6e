// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ir/pipeline_spec.h"
#include "kfp/backend.h"
#include "kfp/pipeline_message.h"
#include "metadata/pipeline.h"

namespace penstock::kfp {

// A version as it is to be stored: a new id, made now, with what the request says of it and the
// package's documents.
metadata::PipelineVersion MakePipelineVersion(Backend& backend, const PipelineRequest& request,
                                              const std::string& pipeline_id,
                                              const ir::PipelinePackage& package);

// The pipeline that the request is about: fetched from package_url, as the real server does, or
// given as pipeline_spec. Sets code_source_url where there is none.
base::Result<ir::PipelinePackage> ReadVersionSource(Backend& backend, PipelineRequest& request);

// The pipeline in a file: YAML or JSON, as it is or in an archive. Whatever is wrong is
// kInvalidArgument.
base::Result<ir::PipelinePackage> ParsePackageFile(std::string_view filename,
                                                   std::string_view content);

}  // namespace penstock::kfp
