// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "ir/pipeline_spec.h"
#include "ir/place.h"

namespace penstock::ir {

// What one pipeline may ask for; far beyond what any has, and enough to keep every walk over it
// short.
struct PipelineLimits {
  size_t components = 20'000;
  size_t nesting = 50;            // pipelines and groups inside one another
  size_t tasks_in_all = 100'000;  // with every use of a component counted, loops once
};

// Everything about a pipeline that can be known before it runs. The first fault found is returned
// as kInvalidArgument with its place.
base::Status Validate(const PipelineSpec& spec);

// The parts of it; each takes for granted that those before it found nothing.
void CheckGraph(const PipelineSpec& spec, const PipelineLimits& limits, Problem& problem);
void CheckReferences(const PipelineSpec& spec, Problem& problem);
void CheckTypes(const PipelineSpec& spec, Problem& problem);

// Calls `check(component, place)` for the root and every component.
template <typename Check>
void ForEachComponent(const PipelineSpec& spec, Check check) {
  check(spec.root, Place("root"));
  Place components("components");
  for (const auto& [name, component] : spec.components) {
    check(component, Place(name, &components));
  }
}

// Calls `check(task, place)` for every task of a component.
template <typename Check>
void ForEachTask(const ComponentSpec& component, const Place& place, Check check) {
  if (!component.dag) return;
  Place dag("dag", &place);
  Place tasks("tasks", &dag);
  for (const auto& [name, task] : component.dag->tasks) check(task, Place(name, &tasks));
}

}  // namespace penstock::ir
