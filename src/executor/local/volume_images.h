// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/executor.h"
#include "executor/local/kept_folders.h"

namespace penstock::executor {

// CreatePVC and DeletePVC are tasks of images that no machine ever runs: a backend does what they
// stand for (kfp-contract 2.9). Here a volume is a folder.
bool IsVolumeImage(const std::string& image);
engine::TaskOutcome RunVolumeImage(const engine::TaskLaunch& launch, const KeptFolders& folders);

}  // namespace penstock::executor
