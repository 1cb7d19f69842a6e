// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "executor/local/program_folder.h"
#include "executor/local/spare_folders.h"
#include "executor/local/task_room.h"

namespace penstock::executor {

// A folder or file of the host that a task sees elsewhere.
struct BoundFolder {
  std::string target, source;
  bool writable = false;
};

using GivenFiles = std::map<std::string, std::string>;  // contents by name

class WorkFolders;

// The folders of one attempt on disk, and where the task sees them. Removed on destruction, or
// given back to the `WorkFolders` that they are from.
//
//   on disk                        the task sees
//   <folder>/mirror/minio, …       /minio, /s3, /gcs, /oci
//   <folder>/tmp                   /tmp, /var/tmp
//   <folder>/home                  /home/task (HOME); its folder `work` is the working directory
//   <folder>/upper, scratch        changes to the environment
//   <folder>/inputs/<number>       input artifacts, read-only, below the mirrors
//   <folder>/given/<number>        secrets, config maps and empty folders, where the task wants
//   them
//   <folder>/spare                 nothing: what is kept for the next task (WorkFolders)
//
// Without a sandbox the task sees the same disk as we do: the mirrors are then the machine's own
// /minio and so on, and only HOME and the working directory are its own.
class WorkFolder {
 public:
  static constexpr std::string_view kMirrors[] = {"/minio", "/s3", "/gcs", "/oci"};
  static constexpr std::string_view kInputs = "inputs";  // nothing in it is the task's
  static constexpr std::string_view kHome = "/home/task";
  static constexpr std::string_view kParameterFiles = "/tmp/kfp/outputs";

  static base::Result<WorkFolder> Make(std::string folder, bool sandboxed);
  // From one that is on disk already, as Make() leaves it.
  static WorkFolder Reuse(std::string folder) { return WorkFolder(std::move(folder), true); }
  WorkFolder(WorkFolder&& other) noexcept;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();

  void GiveBackTo(WorkFolders* folders) { home_ = folders; }

  // The room that shows this folder and may be used again with it.
  const TaskRoom& room() const { return room_; }
  void SetRoom(TaskRoom room) { room_ = std::move(room); }
  void SetShown(std::vector<sys::ShownMount> shown) { room_.shown = std::move(shown); }
  base::Status DropRoom();  // and what it needed
  void SetColdMounts(ColdMounts mounts) { room_.cold = std::move(mounts); }
  std::shared_ptr<ReadySandbox> TakeReady() { return std::exchange(room_.ready, nullptr); }
  void Forget() { folder_.clear(); }  // somebody else sees to it
  // Not to be lent again, because somebody may still hold on to it.
  void Condemn() { condemned_ = true; }

  // Makes the folder that an output of the task, or an input, lies in on disk.
  base::Status MakeParents(const std::string& path);
  // Of inputs, over which something is mounted.
  void KeepNoParents() { kept_.folders.Forget(); }
  // The folder of the task's program in its /tmp, "" where it is to make one itself.
  std::string LendProgram() { return home_ == nullptr ? "" : kept_.program.Lend(folder_); }
  void WithdrawProgram() { kept_.program.TakeBack(folder_); }

  // What has another name for each task, and is kept when it is lent again.
  struct Kept {
    SpareFolders folders;
    ProgramFolder program;
  };
  void SetKept(Kept kept) { kept_ = std::move(kept); }

  // From now on the task sees this folder at ir::kWorkspacePath.
  void SetWorkspace(std::string on_disk) { workspace_ = std::move(on_disk); }
  const std::string& workspace() const { return workspace_; }  // "" for none

  const std::string& folder() const { return folder_; }
  bool sandboxed() const { return sandboxed_; }
  // A folder with these files, readable only, that the task is to see somewhere; with none of them
  // a folder to write to. Returns where it is on disk.
  base::Result<std::string> MakeGiven(size_t number, const GivenFiles& files) const;
  // Empties the folders for changes to the environment, of which a sandbox needs new ones.
  base::Status ForgetChanges() const;
  // The paths as the task sees them.
  std::string Home() const;
  std::string WorkingDirectory() const;

  // Where a path of the task lies on disk; nothing for one that it cannot write, that is not
  // absolute, or that has "..".
  std::optional<std::string> OnDisk(std::string_view task_path) const;
  // The same, but only below the mirrors.
  std::optional<std::string> MirrorOnDisk(std::string_view task_path) const;

 private:
  WorkFolder(std::string folder, bool sandboxed);

  std::string folder_;
  std::string workspace_;
  bool sandboxed_;
  WorkFolders* home_ = nullptr;  // outlives it; null: there is none
  TaskRoom room_;
  Kept kept_;
  bool condemned_ = false;
};

// Makes the folder that a file lies in.
base::Status MakeParentFolders(const std::string& path);

}  // namespace penstock::executor
