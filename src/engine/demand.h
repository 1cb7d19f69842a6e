// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/executor.h"
#include "ir/pipeline_spec.h"

namespace penstock::engine {

// The share of the machine that a task asks for.
struct Demand {
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
};

// What a task's requests come to. Where it has none, its limits stand for them, as in Kubernetes;
// without these too it is one processor and no memory. `resources` has passed CheckResources.
Demand DemandOf(const ir::ResourceSpec& resources);

// kInvalidArgument names the request or limit that is no quantity. Placeholders pass.
base::Status CheckResources(const ir::ResourceSpec& resources);

// No more than there is: a task that asks for more than the machine has gets all of it.
Demand Within(const Capacity& capacity, Demand demand);

// A sentence for each executor of the pipeline that asks for more than there is.
std::vector<std::string> OversizeNotices(const ir::PipelineSpec& spec, const Capacity& capacity);

}  // namespace penstock::engine
