// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ir/pipeline_spec.h"

namespace penstock::kfp {

// The text under which a package is stored and shown: the bare PipelineSpec, or, where there is a
// platform document, {"pipeline_spec": …, "platform_spec": …}.
inline std::string StoredSpec(const ir::PipelinePackage& package) {
  if (package.platform_json.is_null()) return text::FormatJson(package.spec_json);
  text::Json wrapped;
  wrapped["pipeline_spec"] = package.spec_json;
  wrapped["platform_spec"] = package.platform_json;
  return text::FormatJson(wrapped);
}

}  // namespace penstock::kfp
