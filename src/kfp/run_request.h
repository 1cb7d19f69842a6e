// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "text/json.h"

namespace penstock::kfp {

// A Run in the body of a creation. Exactly one source is set: the spec, or ids of a stored version.
struct RunRequest {
  std::string experiment_id;  // "": the default one
  std::string display_name;
  std::string description;
  std::string service_account;
  const text::Json* spec = nullptr;  // points into the body
  std::string pipeline_id;           // alone: its newest version
  std::string pipeline_version_id;
  text::Json::Object parameters;
  std::string pipeline_root;
  std::optional<bool> caching;
  std::optional<int64_t> keep_seconds;
  int priority = 0;
  std::string locked_from;  // a run's id
  text::Json::Object plugins_input;
};

class MessageReader;

// Reads pipeline_spec, pipeline_version_id and pipeline_version_reference, of which one may be
// there. What else a message has is its own business.
void ReadSourceFields(MessageReader& reader, RunRequest& request);
void ReadRuntimeConfig(MessageReader& reader, RunRequest& request);
// enable_caching, keep_seconds and priority.
void ReadPolicies(MessageReader& reader, RunRequest& request);
// kInvalidArgument where the name or the pipeline is missing; `what` is "a run".
base::Status CheckComplete(const RunRequest& request, const std::string& what);

// `body` must outlive the result. kInvalidArgument for anything wrong that shows without looking at
// what is stored.
base::Result<RunRequest> ReadRunRequest(const text::Json& body);

}  // namespace penstock::kfp
