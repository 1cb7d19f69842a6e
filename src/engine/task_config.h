// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/executor.h"
#include "engine/pod_settings.h"
#include "ir/pipeline_spec.h"
#include "text/json.h"

namespace penstock::engine {

// TaskConfig passthrough (kfp-contract 2.9): gives the component's inputs of that type what the
// task's settings say, in the words of Kubernetes, and takes from the launch what the component
// wants passed through only. `config` is the KubernetesExecutorConfig, or null; `launch` holds the
// resolved environment and resources, and `pod` what is to be added to it.
void PassTaskConfig(const ir::ComponentSpec& component, const text::Json* config,
                    TaskLaunch& launch, PodSettings& pod);

}  // namespace penstock::engine
