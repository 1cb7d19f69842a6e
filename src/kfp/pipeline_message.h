// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "kfp/limits.h"
#include "metadata/pipeline.h"
#include "text/json.h"

namespace penstock::kfp {

text::Json PipelineMessage(const metadata::Pipeline& pipeline);
// A version whose stored spec cannot be read is shown with an error instead of the spec.
text::Json PipelineVersionMessage(const metadata::PipelineVersion& version);

// A Pipeline or PipelineVersion in a request body.
struct PipelineRequest {
  std::string id;            // of the pipeline, where the body has it
  std::string version_id;    // of versions only
  std::string name;          // of a creation: never empty, the display name standing in
  std::string display_name;  // of a creation: never empty, the name standing in
  std::string description;
  std::optional<Tags> tags;  // none: the body does not speak of them
  std::string package_url;   // of versions only, as is what follows
  std::string code_source_url;
  const text::Json* spec = nullptr;  // points into the body
};
base::Result<PipelineRequest> ReadPipeline(const text::Json& body);
base::Result<PipelineRequest> ReadPipelineVersion(const text::Json& body);
// Fills each of the two names from the other and checks both against `most` and the tags.
base::Status CompleteNames(PipelineRequest& request, size_t most);

}  // namespace penstock::kfp
