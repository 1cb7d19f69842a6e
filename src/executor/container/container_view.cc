// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_view.h"

#include <filesystem>

#include "ir/executor_io.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr const char* kThisMachine = "host.docker.internal";

void OpenToAll(const fs::path& folder) {
  std::error_code ignored;
  fs::permissions(folder, fs::perms::all, ignored);
}

}  // namespace

Result<std::vector<ContainerMount>> ContainerFolders(const engine::TaskLaunch& launch,
                                                     const KeptFolders& kept, WorkFolder& work) {
  std::vector<ContainerMount> mounts;
  // Nobody else on this machine comes through here.
  std::error_code ignored;
  fs::permissions(work.folder(), fs::perms::owner_all, ignored);
  auto add = [&mounts](const std::string& target, const std::string& source) {
    OpenToAll(source);
    mounts.push_back({target, source, true});
  };
  for (std::string_view mirror : WorkFolder::kMirrors) {
    add(std::string(mirror), work.folder() + "/mirror" + std::string(mirror));
  }
  OpenToAll(work.folder() + "/tmp/kfp");
  OpenToAll(work.folder() + "/tmp/kfp/outputs");
  mounts.push_back({"/tmp", work.folder() + "/tmp", true});
  if (launch.workspace) {
    PENSTOCK_TRY(std::string workspace, kept.Workspace(launch.run_id));
    add(std::string(ir::kWorkspacePath), workspace);
    work.SetWorkspace(std::move(workspace));
  }
  for (size_t i = 0; i < launch.folders.size(); ++i) {
    const engine::TaskFolder& folder = launch.folders[i];
    if (!folder.volume.empty()) {
      PENSTOCK_TRY(std::string source, kept.Volume(folder.volume, folder.sub_path));
      add(folder.path, source);
      continue;
    }
    PENSTOCK_TRY(std::string source, work.MakeGiven(i, folder.files.value_or(GivenFiles())));
    if (folder.files) {
      mounts.push_back({folder.path, source, false});
    } else {
      add(folder.path, source);
    }
  }
  return mounts;
}

void OpenOutputFolders(const engine::TaskLaunch& launch, const WorkFolder& work) {
  auto open = [&work](const std::string& task_path) {
    const auto on_disk = work.MirrorOnDisk(task_path);
    if (!on_disk) return;
    for (fs::path folder = fs::path(*on_disk).parent_path();
         folder.string().size() > work.folder().size(); folder = folder.parent_path()) {
      OpenToAll(folder);
    }
  };
  open(launch.input.output_file);
  for (const auto& [name, artifact] : launch.input.output_artifacts) {
    open(ir::LocalPath(artifact.uri));
  }
}

Result<std::string> ReadableCopy(const std::string& source, const WorkFolder& work) {
  // Inputs have names of their own beside each other, or lie in different folders of a mirror.
  const fs::path copy = work.folder() + "/readable" + source;
  std::error_code error;
  fs::create_directories(copy.parent_path(), error);
  if (!error) fs::copy(source, copy, fs::copy_options::recursive, error);
  constexpr fs::perms kRead =
      fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
  constexpr fs::perms kEnter =
      fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  if (!error) {
    const bool folder = fs::is_directory(copy, error);
    fs::permissions(copy, folder ? kRead | kEnter : kRead, fs::perm_options::add, error);
    if (folder) {
      for (fs::recursive_directory_iterator entry(copy, error), end; !error && entry != end;
           entry.increment(error)) {
        const bool inner = entry->is_directory(error);
        fs::permissions(entry->path(), inner ? kRead | kEnter : kRead, fs::perm_options::add,
                        error);
      }
    }
  }
  if (!error) return copy.string();
  return base::Fail(base::Code::kInternal,
                    "cannot copy an input for another user to read: " + error.message());
}

std::vector<std::pair<std::string, std::string>> ContainerHosts(
    const std::vector<std::pair<std::string, std::string>>& given, const std::string& network) {
  std::vector<std::pair<std::string, std::string>> hosts = given;
  if (network == "none") return hosts;
  for (const auto& [name, address] : given) {
    if (name == kThisMachine) return hosts;
  }
  // The engine knows where its bridge ends here.
  hosts.emplace_back(kThisMachine, network == "host" ? "127.0.0.1" : "host-gateway");
  return hosts;
}

std::string AsSeenInContainer(const std::string& url, const std::string& network) {
  if (network == "host") return url;
  for (std::string_view own : {"://127.0.0.1:", "://localhost:", "://[::1]:"}) {
    const size_t found = url.find(own);
    if (found == std::string::npos) continue;
    return url.substr(0, found) + "://" + kThisMachine + ":" + url.substr(found + own.size());
  }
  return url;
}

}  // namespace penstock::executor
