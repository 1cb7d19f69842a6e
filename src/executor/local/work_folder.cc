// SPDX-License-Identifier: Apache-2.0
#include "executor/local/work_folder.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "executor/local/safe_name.h"
#include "executor/local/work_folders.h"
#include "ir/executor_io.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;

Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    const bool full = error == std::errc::no_space_on_device;
    return Fail(full ? Code::kResourceExhausted : Code::kInternal,
                "cannot make " + path + ": " + error.message());
  }
  return {};
}

bool IsBelow(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() + 1 && path.substr(0, folder.size()) == folder &&
         path[folder.size()] == '/';
}

// Absolute, and of names only.
bool IsPlainPath(std::string_view path) {
  if (path.empty() || path.front() != '/' || path.find('\0') != std::string_view::npos)
    return false;
  for (const fs::path& part : fs::path(path)) {
    if (part == ".." || part == ".") return false;
  }
  return true;
}

}  // namespace

WorkFolder::WorkFolder(std::string folder, bool sandboxed)
    : folder_(std::move(folder)), sandboxed_(sandboxed) {}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept
    : folder_(std::exchange(other.folder_, "")),
      workspace_(std::move(other.workspace_)),
      sandboxed_(other.sandboxed_),
      home_(other.home_),
      room_(std::move(other.room_)),
      kept_(std::move(other.kept_)),
      condemned_(other.condemned_) {}

WorkFolder::~WorkFolder() {
  if (folder_.empty()) return;
  if (home_ != nullptr) {
    home_->TakeBack(folder_, std::move(room_), std::move(kept_), condemned_);
    return;
  }
  room_ = {};
  // What cannot be removed now is removed at the next start.
  static_cast<void>(sys::RemoveTree(folder_));
}

Result<WorkFolder> WorkFolder::Make(std::string folder, bool sandboxed) {
  PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(folder));
  WorkFolder work(std::move(folder), sandboxed);
  for (const char* name :
       {"/tmp/kfp/outputs", "/home/work", "/upper", "/scratch", "/inputs", "/spare"}) {
    PENSTOCK_RETURN_IF_ERROR(MakeFolder(work.folder_ + name));
  }
  std::error_code ignored;
  fs::permissions(work.folder_ + "/tmp", fs::perms::all | fs::perms::sticky_bit, ignored);
  if (!sandboxed) {
    PENSTOCK_RETURN_IF_ERROR(MakeFolder(std::string(kParameterFiles)));
    return work;
  }
  for (std::string_view mirror : kMirrors) {
    PENSTOCK_RETURN_IF_ERROR(MakeFolder(work.folder_ + "/mirror" + std::string(mirror)));
  }
  return work;
}

Status WorkFolder::DropRoom() {
  if (room_.room == nullptr) return {};
  room_.room = nullptr;
  return ForgetChanges();
}

Status WorkFolder::ForgetChanges() const {
  for (const char* name : {"/upper", "/scratch"}) {
    PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(folder_ + name));
    PENSTOCK_RETURN_IF_ERROR(MakeFolder(folder_ + name));
  }
  return {};
}

Result<std::string> WorkFolder::MakeGiven(size_t number, const GivenFiles& files) const {
  const std::string given = folder_ + "/given/" + std::to_string(number);
  PENSTOCK_RETURN_IF_ERROR(MakeFolder(given));
  for (const auto& [name, content] : files) {
    if (!IsSafeName(name)) return Fail(Code::kInvalidArgument, "'" + name + "' is no file name");
    std::ofstream file(given + "/" + name, std::ios::binary | std::ios::trunc);
    file << content;
    file.flush();
    if (!file.good()) return Fail(Code::kInternal, "cannot write " + given + "/" + name);
  }
  return given;
}

std::string WorkFolder::Home() const { return sandboxed_ ? std::string(kHome) : folder_ + "/home"; }

std::string WorkFolder::WorkingDirectory() const { return Home() + "/work"; }

std::optional<std::string> WorkFolder::MirrorOnDisk(std::string_view task_path) const {
  if (!IsPlainPath(task_path)) return {};
  for (std::string_view mirror : kMirrors) {
    if (!IsBelow(task_path, mirror)) continue;
    return (sandboxed_ ? folder_ + "/mirror" : "") + std::string(task_path);
  }
  return {};
}

std::optional<std::string> WorkFolder::OnDisk(std::string_view task_path) const {
  if (!IsPlainPath(task_path)) return {};
  if (auto mirrored = MirrorOnDisk(task_path)) return mirrored;
  if (!workspace_.empty() && IsBelow(task_path, ir::kWorkspacePath)) {
    return workspace_ + std::string(task_path.substr(ir::kWorkspacePath.size()));
  }
  if (!sandboxed_) return std::string(task_path);
  if (IsBelow(task_path, "/tmp")) return folder_ + std::string(task_path);
  if (IsBelow(task_path, kHome)) {
    return folder_ + "/home" + std::string(task_path.substr(kHome.size()));
  }
  return {};
}

Status WorkFolder::MakeParents(const std::string& path) {
  if (home_ == nullptr || !path.starts_with(folder_ + "/mirror/")) return MakeParentFolders(path);
  return kept_.folders.Make(folder_, fs::path(path).lexically_normal().parent_path().string());
}

Status MakeParentFolders(const std::string& path) {
  return MakeFolder(fs::path(path).parent_path().string());
}

}  // namespace penstock::executor
