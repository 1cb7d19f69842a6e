// SPDX-License-Identifier: Apache-2.0
#include "ir/spec_readers.h"

namespace penstock::ir {
namespace {

constexpr size_t kMostLiterals = 1000;  // every constant is compared with all of them

ParameterType ReadParameterType(FieldReader& reader) {
  int type = reader.Enum("parameterType", {{"PARAMETER_TYPE_ENUM_UNSPECIFIED", 0},
                                           {"NUMBER_DOUBLE", 1},
                                           {"NUMBER_INTEGER", 2},
                                           {"STRING", 3},
                                           {"BOOLEAN", 4},
                                           {"LIST", 5},
                                           {"STRUCT", 6},
                                           {"TASK_FINAL_STATUS", 7},
                                           {"TASK_CONFIG", 8}});
  int old_type = reader.Enum(
      "type", {{"PRIMITIVE_TYPE_UNSPECIFIED", 0}, {"INT", 1}, {"DOUBLE", 2}, {"STRING", 3}});
  if (type != 0) return static_cast<ParameterType>(type);
  switch (old_type) {
    case 1:
      return ParameterType::kNumberInteger;
    case 2:
      return ParameterType::kNumberDouble;
    case 3:
      return ParameterType::kString;
    default:
      return ParameterType::kUnspecified;
  }
}

void ReadInputs(FieldReader& reader, ComponentSpec& component) {
  reader.MessageMap("parameters", [&](const std::string& name, FieldReader& field) {
    InputParameter& input = component.input_parameters[name];
    input.type = ReadParameterType(field);
    const Json* default_value = field.Value("defaultValue");
    if (default_value != nullptr && !default_value->is_null()) input.default_value = *default_value;
    input.is_optional = field.Bool("isOptional");
    input.description = field.String("description");
    const Json* literals = field.Value("literals");
    if (literals != nullptr && literals->is_array()) {
      input.literals = literals->as_array();
      if (input.literals.size() > kMostLiterals) field.Fail("literals", "has too many values");
    } else if (literals != nullptr && !literals->is_null()) {
      field.Fail("literals", "must be an array, not " + std::string(literals->KindName()));
    }
  });
  reader.MessageMap("artifacts", [&](const std::string& name, FieldReader& field) {
    InputArtifact& input = component.input_artifacts[name];
    input.type = ReadArtifactType(field.Message("artifactType"));
    input.is_list = field.Bool("isArtifactList");
    input.is_optional = field.Bool("isOptional");
    input.description = field.String("description");
  });
}

void ReadOutputs(FieldReader& reader, ComponentSpec& component) {
  reader.MessageMap("parameters", [&](const std::string& name, FieldReader& field) {
    OutputParameter& output = component.output_parameters[name];
    output.type = ReadParameterType(field);
    output.description = field.String("description");
  });
  reader.MessageMap("artifacts", [&](const std::string& name, FieldReader& field) {
    OutputArtifact& output = component.output_artifacts[name];
    output.type = ReadArtifactType(field.Message("artifactType"));
    ReadDeprecatedProperties(field, output.metadata);
    for (auto& [key, value] : field.Struct("metadata")) output.metadata[key] = value;
    output.is_list = field.Bool("isArtifactList");
    output.description = field.String("description");
  });
}

OutputSelector ReadParameterSelector(FieldReader& reader) {
  OutputSelector selector{reader.String("producerSubtask"), reader.String("outputParameterKey")};
  reader.Finish();
  return selector;
}

void ReadDagOutputs(FieldReader& reader, DagSpec& dag) {
  reader.MessageMap("parameters", [&](const std::string& name, FieldReader& field) {
    DagOutputParameter& output = dag.output_parameters[name];
    output.one_of = field.OneOf({"valueFromParameter", "valueFromOneof"}) == "valueFromOneof";
    if (!output.one_of) {
      FieldReader selector = field.Message("valueFromParameter");
      output.selectors.push_back(ReadParameterSelector(selector));
      return;
    }
    FieldReader selectors = field.Message("valueFromOneof");
    selectors.MessageList("parameterSelectors", [&](FieldReader& selector) {
      output.selectors.push_back(ReadParameterSelector(selector));
    });
    selectors.Finish();
  });
  reader.MessageMap("artifacts", [&](const std::string& name, FieldReader& field) {
    DagOutputArtifact& output = dag.output_artifacts[name];
    field.MessageList("artifactSelectors", [&](FieldReader& selector) {
      output.selectors.push_back(
          {selector.String("producerSubtask"), selector.String("outputArtifactKey")});
    });
  });
}

DagSpec ReadDag(FieldReader reader) {
  DagSpec dag;
  reader.MessageMap("tasks", [&](const std::string& name, FieldReader& field) {
    TaskSpec& task = dag.tasks[name];
    task.name = name;
    ReadTask(field, task);
  });
  FieldReader outputs = reader.Message("outputs");
  ReadDagOutputs(outputs, dag);
  outputs.Finish();
  reader.Finish();
  return dag;
}

void ReadPassthroughs(FieldReader& reader, ComponentSpec& component) {
  static constexpr std::string_view kFields[] = {"NONE",
                                                 "RESOURCES",
                                                 "ENV",
                                                 "KUBERNETES_AFFINITY",
                                                 "KUBERNETES_TOLERATIONS",
                                                 "KUBERNETES_NODE_SELECTOR",
                                                 "KUBERNETES_VOLUMES"};
  reader.MessageList("taskConfigPassthroughs", [&](FieldReader& field) {
    int number = field.Enum("field", {{kFields[0], 0},
                                      {kFields[1], 1},
                                      {kFields[2], 2},
                                      {kFields[3], 3},
                                      {kFields[4], 4},
                                      {kFields[5], 5},
                                      {kFields[6], 6}});
    bool apply_to_task = field.Bool("applyToTask");
    component.task_config_passthroughs.emplace_back(kFields[number], apply_to_task);
  });
}

}  // namespace

ArtifactType ReadArtifactType(FieldReader reader) {
  reader.OneOf({"schemaTitle", "schemaUri", "instanceSchema"});
  ArtifactType type{reader.String("schemaTitle"), reader.String("schemaUri"),
                    reader.String("instanceSchema"), reader.String("schemaVersion")};
  reader.Finish();
  return type;
}

ConstantOrParameter ReadConstantOrParameter(FieldReader& reader) {
  ConstantOrParameter result;
  std::string_view kind = reader.OneOf({"constant", "constantValue", "runtimeParameter"});
  const Json* constant = reader.Value("constant");
  if (kind == "constantValue") {
    FieldReader value = reader.Message("constantValue");
    std::string_view value_kind = value.OneOf({"intValue", "doubleValue", "stringValue"});
    result.constant = Json();
    if (value_kind == "intValue") {
      result.constant = Json(value.Integer("intValue", INT64_MIN, INT64_MAX));
    }
    if (value_kind == "doubleValue") result.constant = Json(value.Number("doubleValue"));
    if (value_kind == "stringValue") result.constant = Json(value.String("stringValue"));
    value.Finish();
  } else if (kind == "runtimeParameter") {
    result.parameter = reader.String("runtimeParameter");
  } else if (constant != nullptr) {
    result.constant = *constant;
  }
  return result;
}

void ReadDeprecatedProperties(FieldReader& reader, Json::Object& metadata) {
  for (std::string_view map : {"properties", "customProperties"}) {
    reader.MessageMap(map, [&](const std::string& name, FieldReader& property) {
      ConstantOrParameter value = ReadConstantOrParameter(property);
      metadata[name] = value.constant ? *value.constant
                                      : Json("{{$.inputs.parameters['" + value.parameter + "']}}");
    });
  }
}

void ReadComponent(FieldReader& reader, ComponentSpec& component) {
  FieldReader inputs = reader.Message("inputDefinitions");
  ReadInputs(inputs, component);
  inputs.Finish();
  FieldReader outputs = reader.Message("outputDefinitions");
  ReadOutputs(outputs, component);
  outputs.Finish();
  std::string_view implementation = reader.OneOf({"dag", "executorLabel"});
  if (implementation == "dag") component.dag = ReadDag(reader.Message("dag"));
  component.executor_label = reader.String("executorLabel");
  if (implementation.empty()) reader.Fail("needs either 'dag' or 'executorLabel'");
  ReadPassthroughs(reader, component);
  const Json* platforms = reader.Value("singlePlatformSpecs");
  if (platforms != nullptr) component.single_platform_specs = *platforms;
}

}  // namespace penstock::ir
