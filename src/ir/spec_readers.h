// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "ir/field_reader.h"
#include "ir/pipeline_spec.h"

// One function per message of PipelineSpec. Each asks its reader for every field the message has;
// the caller finishes the reader.
namespace penstock::ir {

void ReadComponent(FieldReader& reader, ComponentSpec& component);
void ReadTask(FieldReader& reader, TaskSpec& task);
void ReadExecutor(FieldReader& reader, ExecutorSpec& executor);
ArtifactType ReadArtifactType(FieldReader reader);

// ValueOrRuntimeParameter: a constant (null is one), the name of an input, or neither.
struct ConstantOrParameter {
  std::optional<Json> constant;
  std::string parameter;
};
ConstantOrParameter ReadConstantOrParameter(FieldReader& reader);

// The deprecated property maps, which `metadata` has replaced: folded into it, a reference to an
// input as its placeholder.
void ReadDeprecatedProperties(FieldReader& reader, Json::Object& metadata);

}  // namespace penstock::ir
