// SPDX-License-Identifier: Apache-2.0
#include "executor/local/input_staging.h"

#include <filesystem>
#include <map>
#include <utility>

#include "engine/artifact_handover.h"
#include "sys/remove_tree.h"

namespace penstock::executor {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

namespace {

// What was imported with downloadToWorkspace is brought there once, when it is first needed. Tasks
// that need it at once each bring it, and the first to have it whole is the one that counts.
Status StageInWorkspace(const ir::RuntimeArtifact& artifact, const std::string& on_disk,
                        const WorkFolder& work, engine::ArtifactStore& artifacts) {
  std::error_code error;
  if (std::filesystem::exists(on_disk, error)) return {};
  const std::string brought = work.workspace() + "/.artifacts/.coming-" +
                              std::filesystem::path(work.folder()).filename().string();
  PENSTOCK_RETURN_IF_ERROR(MakeParentFolders(on_disk));
  PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(brought));
  PENSTOCK_RETURN_IF_ERROR(artifacts.Fetch(artifact.uri, brought));
  std::filesystem::rename(brought, on_disk, error);
  if (!error || std::filesystem::exists(on_disk)) return sys::RemoveTree(brought);
  return Fail(Code::kInternal, "cannot move it into the workspace: " + error.message());
}

}  // namespace

Result<std::vector<BoundFolder>> StageInputs(const ir::ExecutorInput& input, WorkFolder& work,
                                             engine::ArtifactStore& artifacts,
                                             const std::function<void(std::string_view)>& note) {
  engine::ArtifactHandover* handover = engine::HandoverOf(artifacts);
  std::map<std::string, std::string> staged;  // sorted, so that a folder comes before what is in it
  for (const auto& [name, list] : input.artifacts) {
    for (const ir::RuntimeArtifact& artifact : list) {
      const std::string in_workspace = ir::LocalPath(artifact);
      if (!work.workspace().empty() && in_workspace.starts_with(ir::kWorkspacePath)) {
        const auto there = work.OnDisk(in_workspace);
        Status brought = there ? StageInWorkspace(artifact, *there, work, artifacts)
                               : Fail(Code::kInvalidArgument, "its place is no plain path");
        if (!brought) return Fail(std::move(brought).error().Wrap("fetching input '" + name + "'"));
        continue;
      }
      const std::string path = ir::LocalPath(artifact.uri);
      const auto in_mirror = work.MirrorOnDisk(path);
      if (!in_mirror) {
        note("input '" + name + "': " + artifact.uri + " is not brought here");
        continue;
      }
      if (staged.count(path) > 0) continue;
      const std::string on_disk = work.sandboxed()
                                      ? work.folder() + "/" + std::string(WorkFolder::kInputs) +
                                            "/" + std::to_string(staged.size())
                                      : *in_mirror;
      PENSTOCK_RETURN_IF_ERROR(work.MakeParents(*in_mirror));
      PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(on_disk));  // of an interrupted attempt
      const base::Status fetched = work.sandboxed() && handover != nullptr
                                       ? handover->FetchReadOnly(artifact.uri, on_disk)
                                       : artifacts.Fetch(artifact.uri, on_disk);
      if (fetched) {
        staged.emplace(path, on_disk);
      } else if (fetched.error().code() == Code::kNotFound) {
        note("input '" + name + "': nothing is stored at " + artifact.uri);
      } else if (fetched.error().code() == Code::kInvalidArgument) {
        // It lives elsewhere; a task that only wants to know where can do with its URI.
        note("input '" + name + "': " + fetched.error().message());
      } else {
        return Fail(base::Error(fetched.error()).Wrap("fetching input '" + name + "'"));
      }
    }
  }
  for (const auto& [name, artifact] : input.output_artifacts) {
    if (auto on_disk = work.MirrorOnDisk(ir::LocalPath(artifact.uri))) {
      PENSTOCK_RETURN_IF_ERROR(work.MakeParents(*on_disk));
    }
  }
  if (auto on_disk = work.OnDisk(input.output_file)) {
    PENSTOCK_RETURN_IF_ERROR(work.MakeParents(*on_disk));
  }
  if (!staged.empty()) work.KeepNoParents();
  std::vector<BoundFolder> brought;
  for (const auto& [path, on_disk] : staged) brought.push_back({path, on_disk, false});
  return brought;
}

}  // namespace penstock::executor
