// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "ir/loop_item_name.h"
#include "ir/parameter_type.h"
#include "ir/parse.h"
#include "ir/validate.h"

namespace penstock::ir {
namespace {

bool HasPlaceholder(const Json& value) {
  return value.is_string() && value.as_string().find("{{$") != std::string::npos;
}

std::string Name(ParameterType type) { return std::string(ParameterTypeName(type)); }

bool IsIterated(const TaskSpec& task) {
  return task.parameter_iterator.has_value() || task.artifact_iterator.has_value();
}

class TypeCheck {
 public:
  TypeCheck(const PipelineSpec& spec, Problem& problem) : spec_(spec), problem_(problem) {}

  void Component(const ComponentSpec& component, const Place& place) {
    Inputs(component, place);
    ForEachTask(component, place, [&](const TaskSpec& task, Place task_place) {
      if (!problem_.found()) Task(component, task, task_place);
    });
  }

 private:
  void Inputs(const ComponentSpec& component, const Place& place) {
    Place definitions("inputDefinitions", &place);
    Place parameters("parameters", &definitions);
    for (const auto& [name, input] : component.input_parameters) {
      Place at(name, &parameters);
      if (input.default_value) {
        Constant(*input.default_value, input, Place("defaultValue", &at));
      }
      for (const Json& literal : input.literals) {
        if (!HasType(literal, input.type)) {
          problem_.Report(Place("literals", &at), "must be of type " + Name(input.type));
        }
      }
    }
  }

  void Task(const ComponentSpec& outer, const TaskSpec& task, const Place& place) {
    const ComponentSpec& component = spec_.components.at(task.component);
    Place inputs("inputs", &place);
    Place parameters("parameters", &inputs);
    for (const auto& [name, source] : task.parameters) {
      auto input = component.input_parameters.find(name);
      if (input == component.input_parameters.end() || !source.selector.empty()) continue;
      if (task.parameter_iterator && task.parameter_iterator->items_input == name) {
        Items(outer, source, Place(name, &parameters));
        continue;
      }
      Parameter(outer, source, input->second, Place(name, &parameters));
    }
    if (component.dag) return;  // groups take what their tasks take
    Place artifacts("artifacts", &inputs);
    for (const auto& [name, source] : task.artifacts) {
      auto input = component.input_artifacts.find(name);
      if (input == component.input_artifacts.end() || input->second.is_list) continue;
      if (task.artifact_iterator && task.artifact_iterator->items_input == name) continue;
      if (IsArtifactList(outer, source)) {
        problem_.Report(Place(name, &artifacts),
                        "a list of artifacts is given where one artifact is wanted");
      }
    }
  }

  void Parameter(const ComponentSpec& outer, const ParameterSource& source,
                 const InputParameter& input, const Place& place) {
    if (const auto* constant = std::get_if<ParameterSource::Constant>(&source.source)) {
      Constant(constant->value, input, place);
      return;
    }
    ParameterType from = SourceType(outer, source);
    if (!IsAssignable(from, input.type)) {
      problem_.Report(place, "a value of type " + Name(from) + " is given where " +
                                 Name(input.type) + " is wanted");
    }
  }

  // A loop runs over a list, or over the text of a JSON array.
  void Items(const ComponentSpec& outer, const ParameterSource& source, const Place& place) {
    ParameterType from = SourceType(outer, source);
    if (from != ParameterType::kList && from != ParameterType::kString &&
        from != ParameterType::kUnspecified) {
      problem_.Report(place,
                      "a loop needs a LIST, but a value of type " + Name(from) + " is given");
    }
  }

  void Constant(const Json& value, const InputParameter& input, const Place& place) {
    if (HasPlaceholder(value)) return;
    if (value.is_null() && (input.is_optional || input.default_value)) return;
    // A STRING input takes any constant and prints it.
    if (input.type != ParameterType::kString && !HasType(value, input.type)) {
      problem_.Report(place, "a value of type " + Name(input.type) + " is wanted, but this is " +
                                 std::string(value.KindName()));
      return;
    }
    const auto& literals = input.literals;
    if (literals.empty()) return;
    if (std::find(literals.begin(), literals.end(), value) != literals.end()) return;
    problem_.Report(place, "the value must be one of " + text::FormatJson(Json(literals)));
  }

  ParameterType SourceType(const ComponentSpec& outer, const ParameterSource& source) const {
    if (const auto* output = std::get_if<ParameterSource::TaskOutput>(&source.source)) {
      const TaskSpec& producer = DagOf(outer).tasks.at(output->producer_task);
      // A loop's outputs are lists of its iterations' outputs; kfp 2.0.1 declares the element.
      if (IsIterated(producer)) return ParameterType::kList;
      return spec_.components.at(producer.component).output_parameters.at(output->output_key).type;
    }
    if (const auto* input = std::get_if<ParameterSource::ComponentInput>(&source.source)) {
      const ParameterType type = outer.input_parameters.at(input->name).type;
      const bool unknown = type == ParameterType::kString && IsLoopItemName(input->name);
      return unknown ? ParameterType::kUnspecified : type;
    }
    if (const auto* run = std::get_if<ParameterSource::RuntimeParameter>(&source.source)) {
      return outer.input_parameters.at(run->name).type;
    }
    if (std::holds_alternative<ParameterSource::TaskFinalStatus>(source.source)) {
      return ParameterType::kTaskFinalStatus;
    }
    return ParameterType::kUnspecified;
  }

  bool IsArtifactList(const ComponentSpec& outer, const ArtifactSource& source) const {
    if (const auto* output = std::get_if<ArtifactSource::TaskOutput>(&source.source)) {
      const TaskSpec& producer = DagOf(outer).tasks.at(output->producer_task);
      if (IsIterated(producer)) return true;
      const ComponentSpec& component = spec_.components.at(producer.component);
      return component.output_artifacts.at(output->output_key).is_list;
    }
    const auto& input = std::get<ArtifactSource::ComponentInput>(source.source);
    return outer.input_artifacts.at(input.name).is_list;
  }

  const PipelineSpec& spec_;
  Problem& problem_;
};

}  // namespace

void CheckTypes(const PipelineSpec& spec, Problem& problem) {
  TypeCheck check(spec, problem);
  ForEachComponent(spec, [&](const ComponentSpec& component, Place place) {
    if (!problem.found()) check.Component(component, place);
  });
}

}  // namespace penstock::ir
