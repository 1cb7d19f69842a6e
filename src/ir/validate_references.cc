// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ir/expression.h"
#include "ir/validate.h"

namespace penstock::ir {
namespace {

// What a task may be given beside the inputs its component declares: channels that its constants
// refer to, and settings (an image, a limit) made from such channels. Both come from the SDK.
bool IsSdkExtra(const std::string& name, const ParameterSource& source) {
  if (name.starts_with("pipelinechannel--")) return true;
  const auto* constant = std::get_if<ParameterSource::Constant>(&source.source);
  return constant != nullptr && constant->value.is_string() &&
         constant->value.as_string().find("{{$.") != std::string::npos;
}

std::string Quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

class ReferenceCheck {
 public:
  ReferenceCheck(const PipelineSpec& spec, Problem& problem) : spec_(spec), problem_(problem) {}

  void Component(const ComponentSpec& component, const Place& place) {
    if (!component.dag) {
      if (!spec_.executors.contains(component.executor_label)) {
        problem_.Report(Place("executorLabel", &place),
                        "no executor is named " + Quoted(component.executor_label));
      }
      return;
    }
    ForEachTask(component, place, [&](const TaskSpec& task, Place task_place) {
      if (!problem_.found()) Task(component, task, task_place);
    });
    if (!problem_.found()) Outputs(component, place);
  }

 private:
  const ComponentSpec* ComponentOf(const TaskSpec& task) const {
    auto found = spec_.components.find(task.component);
    return found == spec_.components.end() ? nullptr : &found->second;
  }

  void Task(const ComponentSpec& outer, const TaskSpec& task, const Place& place) {
    const ComponentSpec* component = ComponentOf(task);
    if (component == nullptr) {
      problem_.Report(Place("componentRef", &place),
                      "no component is named " + Quoted(task.component));
      return;
    }
    Place dependencies("dependentTasks", &place);
    for (const std::string& name : task.dependent_tasks) {
      if (!DagOf(outer).tasks.contains(name)) {
        problem_.Report(dependencies, "no task is named " + Quoted(name) + " here");
      }
    }
    Place inputs("inputs", &place);
    Parameters(outer, task, *component, inputs);
    Artifacts(outer, task, *component, inputs);
    Required(task, *component, inputs);
    Iterators(task, *component, place);
    if (!task.condition.empty()) {
      Place trigger("triggerPolicy", &place);
      CheckExpression(task.condition, Place("condition", &trigger));
    }
  }

  void CheckExpression(const std::string& text, const Place& place) {
    auto expression = Expression::Parse(text);
    if (!expression) problem_.Report(place, expression.error().message());
  }

  void Parameters(const ComponentSpec& outer, const TaskSpec& task, const ComponentSpec& component,
                  const Place& inputs) {
    Place parameters("parameters", &inputs);
    for (const auto& [name, source] : task.parameters) {
      Place place(name, &parameters);
      if (!component.input_parameters.contains(name) && !IsSdkExtra(name, source)) {
        problem_.Report(place, "component " + Quoted(task.component) + " has no input parameter " +
                                   Quoted(name));
      }
      ParameterFrom(outer, source, place);
      if (!source.selector.empty()) {
        CheckExpression(source.selector, Place("parameterExpressionSelector", &place));
      }
    }
  }

  void ParameterFrom(const ComponentSpec& outer, const ParameterSource& source,
                     const Place& place) {
    if (const auto* output = std::get_if<ParameterSource::TaskOutput>(&source.source)) {
      const ComponentSpec* producer = Producer(outer, output->producer_task, place);
      if (producer != nullptr && !producer->output_parameters.contains(output->output_key)) {
        problem_.Report(place, "task " + Quoted(output->producer_task) +
                                   " has no output parameter " + Quoted(output->output_key));
      }
    } else if (const auto* input = std::get_if<ParameterSource::ComponentInput>(&source.source)) {
      OuterParameter(outer, input->name, place);
    } else if (const auto* run = std::get_if<ParameterSource::RuntimeParameter>(&source.source)) {
      OuterParameter(outer, run->name, place);
    } else if (const auto* state = std::get_if<ParameterSource::TaskFinalStatus>(&source.source)) {
      Producer(outer, state->producer_task, place);
    }
  }

  void OuterParameter(const ComponentSpec& outer, const std::string& name, const Place& place) {
    if (outer.input_parameters.contains(name)) return;
    problem_.Report(place, Quoted(outer.name) + " has no input parameter " + Quoted(name));
  }

  const ComponentSpec* Producer(const ComponentSpec& outer, const std::string& name,
                                const Place& place) {
    auto task = DagOf(outer).tasks.find(name);
    if (task != DagOf(outer).tasks.end()) return ComponentOf(task->second);
    problem_.Report(place, "no task is named " + Quoted(name) + " here");
    return nullptr;
  }

  void Artifacts(const ComponentSpec& outer, const TaskSpec& task, const ComponentSpec& component,
                 const Place& inputs) {
    Place artifacts("artifacts", &inputs);
    for (const auto& [name, source] : task.artifacts) {
      Place place(name, &artifacts);
      bool extra = name.starts_with("pipelinechannel--");
      if (!component.input_artifacts.contains(name) && !extra) {
        problem_.Report(place, "component " + Quoted(task.component) + " has no input artifact " +
                                   Quoted(name));
      }
      if (const auto* output = std::get_if<ArtifactSource::TaskOutput>(&source.source)) {
        const ComponentSpec* producer = Producer(outer, output->producer_task, place);
        if (producer != nullptr && !producer->output_artifacts.contains(output->output_key)) {
          problem_.Report(place, "task " + Quoted(output->producer_task) +
                                     " has no output artifact " + Quoted(output->output_key));
        }
      } else {
        const std::string& input = std::get<ArtifactSource::ComponentInput>(source.source).name;
        if (!outer.input_artifacts.contains(input)) {
          problem_.Report(place, Quoted(outer.name) + " has no input artifact " + Quoted(input));
        }
      }
    }
  }

  // Every input that is neither optional nor has a default is given, or comes from the loop.
  void Required(const TaskSpec& task, const ComponentSpec& component, const Place& inputs) {
    const RequiredInputs& required = RequiredOf(component);
    for (const std::string* name : required.parameters) {
      if (task.parameters.contains(*name)) continue;
      if (task.parameter_iterator && task.parameter_iterator->item_input == *name) continue;
      ReportMissing(*name, task, Place("parameters", &inputs));
      return;
    }
    for (const std::string* name : required.artifacts) {
      if (task.artifacts.contains(*name)) continue;
      if (task.artifact_iterator && task.artifact_iterator->item_input == *name) continue;
      ReportMissing(*name, task, Place("artifacts", &inputs));
      return;
    }
  }

  void ReportMissing(const std::string& name, const TaskSpec& task, const Place& place) {
    problem_.Report(place, "nothing is given for the input " + Quoted(name) + " of component " +
                               Quoted(task.component));
  }

  // Found once for a component, so that many tasks of one with many inputs cost little.
  struct RequiredInputs {
    std::vector<const std::string*> parameters;
    std::vector<const std::string*> artifacts;
  };

  const RequiredInputs& RequiredOf(const ComponentSpec& component) {
    auto [entry, added] = required_.try_emplace(&component);
    if (!added) return entry->second;
    for (const auto& [name, input] : component.input_parameters) {
      bool filled = input.is_optional || input.default_value.has_value() ||
                    input.type == ParameterType::kTaskConfig;
      if (!filled) entry->second.parameters.push_back(&name);
    }
    for (const auto& [name, input] : component.input_artifacts) {
      if (!input.is_optional) entry->second.artifacts.push_back(&name);
    }
    return entry->second;
  }

  void Iterators(const TaskSpec& task, const ComponentSpec& component, const Place& place) {
    if (task.parameter_iterator) {
      const ParameterIterator& iterator = *task.parameter_iterator;
      Place at("parameterIterator", &place);
      if (!component.input_parameters.contains(iterator.item_input)) {
        problem_.Report(Place("itemInput", &at), "component " + Quoted(task.component) +
                                                     " has no input parameter " +
                                                     Quoted(iterator.item_input));
      }
      if (iterator.raw_items) {
        auto items = text::ParseJson(*iterator.raw_items);
        if (!items || !items->is_array()) problem_.Report(Place("items", &at), "is no JSON array");
      } else if (!task.parameters.contains(iterator.items_input)) {
        problem_.Report(Place("items", &at),
                        "the task has no input parameter " + Quoted(iterator.items_input));
      }
    }
    if (task.artifact_iterator) {
      const ArtifactIterator& iterator = *task.artifact_iterator;
      Place at("artifactIterator", &place);
      if (!component.input_artifacts.contains(iterator.item_input)) {
        problem_.Report(Place("itemInput", &at), "component " + Quoted(task.component) +
                                                     " has no input artifact " +
                                                     Quoted(iterator.item_input));
      }
      if (!task.artifacts.contains(iterator.items_input)) {
        problem_.Report(Place("items", &at),
                        "the task has no input artifact " + Quoted(iterator.items_input));
      }
    }
  }

  void Outputs(const ComponentSpec& component, const Place& component_place);
  void Selector(const ComponentSpec& component, const OutputSelector& selector, bool parameter,
                const Place& place);

  const PipelineSpec& spec_;
  Problem& problem_;
  std::map<const ComponentSpec*, RequiredInputs> required_;
};

// Declared outputs and the selectors that fill them belong together, one to one.
void ReferenceCheck::Outputs(const ComponentSpec& component, const Place& component_place) {
  const DagSpec& dag = DagOf(component);
  Place dag_place("dag", &component_place);
  Place outputs("outputs", &dag_place);
  Place parameters("parameters", &outputs);
  Place artifacts("artifacts", &outputs);
  for (const auto& [name, output] : dag.output_parameters) {
    Place place(name, &parameters);
    if (!component.output_parameters.contains(name)) problem_.Report(place, "is not declared");
    if (output.selectors.empty()) problem_.Report(place, "selects nothing");
    for (const auto& selector : output.selectors) Selector(component, selector, true, place);
  }
  for (const auto& [name, output] : dag.output_artifacts) {
    Place place(name, &artifacts);
    if (!component.output_artifacts.contains(name)) problem_.Report(place, "is not declared");
    if (output.selectors.empty()) problem_.Report(place, "selects nothing");
    for (const auto& selector : output.selectors) Selector(component, selector, false, place);
  }
  for (const auto& [name, output] : component.output_parameters) {
    if (!dag.output_parameters.contains(name)) {
      problem_.Report(Place(name, &parameters), "is declared, but no task produces it");
    }
  }
  for (const auto& [name, output] : component.output_artifacts) {
    if (!dag.output_artifacts.contains(name)) {
      problem_.Report(Place(name, &artifacts), "is declared, but no task produces it");
    }
  }
}

void ReferenceCheck::Selector(const ComponentSpec& component, const OutputSelector& selector,
                              bool parameter, const Place& place) {
  const ComponentSpec* producer = Producer(component, selector.producer_subtask, place);
  if (producer == nullptr) return;
  bool found = parameter ? producer->output_parameters.contains(selector.output_key)
                         : producer->output_artifacts.contains(selector.output_key);
  if (found) return;
  problem_.Report(place, "task " + Quoted(selector.producer_subtask) + " has no output " +
                             (parameter ? "parameter " : "artifact ") +
                             Quoted(selector.output_key));
}

}  // namespace

void CheckReferences(const PipelineSpec& spec, Problem& problem) {
  ReferenceCheck check(spec, problem);
  ForEachComponent(spec, [&](const ComponentSpec& component, Place place) {
    if (!problem.found()) check.Component(component, place);
  });
}

}  // namespace penstock::ir
