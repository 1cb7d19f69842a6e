// SPDX-License-Identifier: Apache-2.0
#include "executor/local/work_folders.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include <sys/stat.h>

#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// As many as small machines run at once; each is a score of empty folders.
constexpr size_t kMostWaiting = 64;

// For the environment's overlay.
constexpr const char *kChanges = "/upper", *kScratch = "/scratch";

// The folders of a work folder, those above before those below, and what is always in each.
struct Part {
  const char* path;
  std::set<std::string> parts;
  mode_t mode = 0755;
};

const std::vector<Part>& Parts() {
  static const std::vector<Part> parts = {
      {"", {"tmp", "home", "upper", "scratch", "inputs", "mirror"}},
      {"/tmp", {"kfp"}, 01777},
      {"/tmp/kfp", {"outputs"}},
      {"/tmp/kfp/outputs", {}},
      {"/home", {"work"}},
      {"/home/work", {}},
      {kChanges, {}},
      {"/inputs", {}},
      {"/mirror", {"minio", "s3", "gcs", "oci"}},
      {"/mirror/minio", {"mlpipeline"}},
      // Where outputs lie unless a pipeline says otherwise.
      {"/mirror/minio/mlpipeline", {"v2"}},
      {"/mirror/minio/mlpipeline/v2", {"artifacts"}},
      {"/mirror/minio/mlpipeline/v2/artifacts", {}},
      {"/mirror/s3", {}},
      {"/mirror/gcs", {}},
      {"/mirror/oci", {}},
      {kScratch, {}},
  };
  return parts;
}

// Independent of the umask, as the permissions of the first time were.
Status MakePart(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), 0755) == 0 && ::chmod(path.c_str(), mode) == 0) return {};
  return Fail(Code::kInternal, "cannot make " + path);
}

}  // namespace

WorkFolders::~WorkFolders() {
  for (Waiting& each : waiting_) Remove(std::move(each));
}

size_t WorkFolders::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

bool WorkFolders::IsPart(const std::string& task_path) {
  return std::ranges::any_of(Parts(),
                             [&](const Part& part) { return "/mirror" + task_path == part.path; });
}

// The one with the newest room for it, else one without a room.
std::optional<WorkFolders::Waiting> WorkFolders::Take(const std::string& environment) {
  std::vector<Waiting> old;
  std::optional<Waiting> taken;
  {
    std::lock_guard lock(mutex_);
    const auto first_old = std::stable_partition(
        waiting_.begin(), waiting_.end(), [](const Waiting& each) { return !each.room.IsOld(); });
    std::move(first_old, waiting_.end(), std::back_inserter(old));
    waiting_.erase(first_old, waiting_.end());
    auto best = waiting_.end();
    for (auto each = waiting_.begin(); each != waiting_.end(); ++each) {
      const std::string& whose = each->room.environment;
      if (whose != environment && !whose.empty()) continue;
      if (best == waiting_.end() || whose == environment) best = each;
    }
    if (best != waiting_.end()) {
      taken = std::move(*best);
      waiting_.erase(best);
    }
  }
  for (Waiting& each : old) Remove(std::move(each));
  return taken;
}

void WorkFolders::Remove(Waiting waiting) {
  waiting.room = {};
  // What cannot be removed now is removed at the next start.
  static_cast<void>(sys::RemoveTree(waiting.folder));
}

Result<WorkFolder> WorkFolders::Make(std::string folder, bool sandboxed,
                                     const std::string& environment) {
  std::optional<Waiting> found;
  if (sandboxed) found = Take(environment);
  if (found) {
    if (std::rename(found->folder.c_str(), folder.c_str()) == 0) {
      WorkFolder work = WorkFolder::Reuse(folder);
      work.SetRoom(std::move(found->room));
      work.GiveBackTo(this);
      std::lock_guard lock(mutex_);
      lent_[folder] = std::move(found->marks);
      return work;
    }
    Remove(std::move(*found));
  }
  PENSTOCK_TRY(WorkFolder work, WorkFolder::Make(folder, sandboxed));
  if (!sandboxed) return work;
  auto marks = MarkAll(folder);
  // Where folders have attributes from the beginning they are made for each task.
  if (!marks) return work;
  work.GiveBackTo(this);
  std::lock_guard lock(mutex_);
  lent_[folder] = std::move(*marks);
  return work;
}

Result<WorkFolders::Marks> WorkFolders::MarkAll(const std::string& folder) {
  Marks marks;
  for (const Part& part : Parts()) {
    const std::string path = folder + part.path;
    if (*part.path == '\0') continue;  // nobody else sees it
    ::mkdir(path.c_str(), part.mode);  // most are there
    if (::chmod(path.c_str(), part.mode) != 0) return Fail(Code::kInternal, "cannot set " + path);
  }
  for (const Part& part : Parts()) {
    PENSTOCK_TRY(sys::FolderMark mark, sys::FolderMark::Of(folder + part.path));
    marks.emplace(part.path, mark);
  }
  return marks;
}

// The parts one after another: what is above one has been looked at before.
Status WorkFolders::Restore(const std::string& folder, Marks& marks,
                            std::shared_ptr<sys::Room>& room) {
  // An overlay does not see what happens to its layers behind its back.
  std::error_code error;
  if (!std::filesystem::is_empty(folder + kChanges, error) || error) room = nullptr;
  for (const Part& part : Parts()) {
    const std::string path = folder + part.path;
    sys::FolderMark& mark = marks.at(part.path);
    // The overlay's own, as long as there is one; it comes last.
    if (path.ends_with(kScratch) && room != nullptr) continue;
    const bool upper_layer = path.ends_with(kChanges) && room != nullptr;
    if (sys::EmptyFolder(path, part.parts) && mark.Holds(path, upper_layer)) continue;
    room = nullptr;
    if (*part.path == '\0') return Fail(Code::kFailedPrecondition, "it is not as it was made");
    PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(path));
    PENSTOCK_RETURN_IF_ERROR(MakePart(path, part.mode));
    PENSTOCK_TRY(mark, sys::FolderMark::Of(path));
  }
  return {};
}

void WorkFolders::TakeBack(const std::string& folder, TaskRoom room, bool condemned) {
  if (room.room != nullptr && !room.room->furnished()) room.room = nullptr;
  Waiting back{folder, {}, std::move(room)};
  {
    std::lock_guard lock(mutex_);
    auto found = lent_.find(folder);
    if (found != lent_.end()) back.marks = std::move(found->second);
    if (found != lent_.end()) lent_.erase(found);
  }
  condemned = condemned || back.room.cold.Held();
  back.room.cold = {};
  const bool restored =
      !condemned && !back.marks.empty() && Restore(folder, back.marks, back.room.room);
  // Without a room nobody can tell whether a worker that was in it still is.
  if (!restored || (back.room.room == nullptr && !back.room.environment.empty())) {
    return Remove(std::move(back));
  }
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(back));
    if (waiting_.size() <= kMostWaiting) return;
    back = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
  }
  Remove(std::move(back));
}

}  // namespace penstock::executor
