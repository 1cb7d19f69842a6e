// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "ir/pipeline_spec.h"

namespace penstock::ir {

// Reads a compiled pipeline, YAML or JSON, one document or two (the second a platform document),
// and checks the whole of it: unknown fields, types, references, cycles, conditions. Every error is
// kInvalidArgument and names the place as a path ("root.dag.tasks.save.inputs.parameters.year").
base::Result<PipelinePackage> ParsePackage(std::string_view text);

// The same from the JSON body of a run: a bare PipelineSpec, or
// {"pipeline_spec": …, "platform_spec": …}.
base::Result<PipelinePackage> ParsePackageJson(const Json& spec);

// Checks the arguments of a run against the root's inputs (kfp-contract: missing, unknown, wrong
// type, not among the literals).
base::Status CheckRunArguments(const ComponentSpec& root, const Json::Object& arguments);

// Whether the value has the type, as a run's arguments and constants must have it: no coercion.
bool HasType(const Json& value, ParameterType type);

}  // namespace penstock::ir
