// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "executor/container/container_engine.h"

namespace penstock::executor {

// The first of these that answers, for as long as it does: which are there may change while the
// server runs. At least one is given.
std::unique_ptr<ContainerEngine> FirstEngineOf(
    std::vector<std::unique_ptr<ContainerEngine>> engines);

}  // namespace penstock::executor
