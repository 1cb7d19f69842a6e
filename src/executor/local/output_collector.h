// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"
#include "executor/local/work_folder.h"

namespace penstock::executor {

struct CollectedOutputs {
  text::Json::Object parameters;
  std::map<std::string, std::vector<engine::PublishedArtifact>> artifacts;
};

// Reads what a task that has ended left behind and publishes its artifacts. Nothing of the task may
// be running any more, but its folders are not trusted: links and special files are not followed
// out of them. kInvalidArgument: the task's outputs are wrong; anything else: our trouble. `inputs`
// is what the task could only read: an output that is one of them stays what it is in the store.
// Files that only the task's sandbox could reach are moved away.
base::Result<CollectedOutputs> CollectOutputs(const engine::TaskLaunch& launch,
                                              const WorkFolder& work,
                                              const std::vector<BoundFolder>& inputs,
                                              engine::ArtifactStore& artifacts,
                                              const std::function<void(std::string_view)>& note);

// The same for an attempt whose command has succeeded: its outcome gets them, or becomes a failure
// that is noted.
void CollectInto(engine::TaskOutcome& outcome, const engine::TaskLaunch& launch,
                 const WorkFolder& work, const std::vector<BoundFolder>& inputs,
                 engine::ArtifactStore& artifacts,
                 const std::function<void(std::string_view)>& note);

// The text of a file below `folder`, reached without any symbolic link; kNotFound where there is no
// such file, kInvalidArgument where it is no plain file or larger than the limit.
base::Result<std::string> ReadBelow(const std::string& folder, const std::string& path,
                                    size_t limit);

// Whether a file or a directory may be published: plain files and directories, and links to plain
// files inside the directory. kNotFound where there is nothing, kInvalidArgument names what may
// not.
base::Status CheckPublishable(const std::string& folder, const std::string& path);

}  // namespace penstock::executor
