// SPDX-License-Identifier: Apache-2.0
#include "engine/dag_outputs.h"

#include <string>
#include <utility>

namespace penstock::engine {

using text::Json;

namespace {

const TaskNode* FindProducer(const TaskNode& dag, const std::string& name) {
  const TaskNode* child = dag.Child(name);
  return child != nullptr && Succeeded(*child) ? child : nullptr;
}

}  // namespace

TaskOutputs CollectDagOutputs(const TaskNode& dag) {
  TaskOutputs outputs;
  const ir::DagSpec& spec = *dag.component().dag;
  for (const auto& [name, output] : spec.output_parameters) {
    for (const ir::OutputSelector& selector : output.selectors) {
      const TaskNode* producer = FindProducer(dag, selector.producer_subtask);
      if (producer == nullptr) continue;
      auto found = producer->row.outputs.find(selector.output_key);
      if (found == producer->row.outputs.end()) continue;
      outputs.parameters[name] = found->second;
      break;
    }
  }
  for (const auto& [name, output] : spec.output_artifacts) {
    for (const ir::OutputSelector& selector : output.selectors) {
      const TaskNode* producer = FindProducer(dag, selector.producer_subtask);
      if (producer == nullptr) continue;
      auto found = producer->output_artifacts.find(selector.output_key);
      if (found == producer->output_artifacts.end()) continue;
      outputs.artifacts[name] = found->second;
      break;
    }
  }
  return outputs;
}

TaskOutputs CollectLoopOutputs(const TaskNode& loop) {
  TaskOutputs outputs;
  const ir::DagSpec& spec = *loop.component().dag;
  for (const auto& [name, output] : spec.output_parameters) {
    Json::Array list;
    for (const auto& iteration : loop.children) {
      auto found = iteration->row.outputs.find(name);
      if (found == iteration->row.outputs.end()) continue;
      const Json& value = found->second;
      if (loop.dag->IsCollected(name) && value.is_array()) {
        list.insert(list.end(), value.as_array().begin(), value.as_array().end());
      } else {
        list.push_back(value);
      }
    }
    outputs.parameters[name] = std::move(list);
  }
  for (const auto& [name, output] : spec.output_artifacts) {
    auto& list = outputs.artifacts[name];
    for (const auto& iteration : loop.children) {
      auto found = iteration->output_artifacts.find(name);
      if (found == iteration->output_artifacts.end()) continue;
      list.insert(list.end(), found->second.begin(), found->second.end());
    }
  }
  return outputs;
}

}  // namespace penstock::engine
