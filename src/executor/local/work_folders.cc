// SPDX-License-Identifier: Apache-2.0
#include "executor/local/work_folders.h"

#include <cstdio>
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
      {"/upper", {}},
      {"/scratch", {}},
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
  for (const Waiting& each : waiting_) static_cast<void>(sys::RemoveTree(each.folder));
}

size_t WorkFolders::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

Result<WorkFolder> WorkFolders::Make(std::string folder, bool sandboxed) {
  std::optional<Waiting> found;
  if (sandboxed) {
    std::lock_guard lock(mutex_);
    if (!waiting_.empty()) {
      found = std::move(waiting_.back());
      waiting_.pop_back();
    }
  }
  if (found) {
    if (std::rename(found->folder.c_str(), folder.c_str()) == 0) {
      WorkFolder work = WorkFolder::Reuse(folder);
      work.GiveBackTo(this);
      std::lock_guard lock(mutex_);
      lent_[folder] = std::move(found->marks);
      return work;
    }
    static_cast<void>(sys::RemoveTree(found->folder));
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
Status WorkFolders::Restore(const std::string& folder, Marks& marks) {
  for (const Part& part : Parts()) {
    const std::string path = folder + part.path;
    sys::FolderMark& mark = marks.at(part.path);
    if (sys::EmptyFolder(path, part.parts) && mark.Holds(path)) continue;
    if (*part.path == '\0') return Fail(Code::kFailedPrecondition, "it is not as it was made");
    PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(path));
    PENSTOCK_RETURN_IF_ERROR(MakePart(path, part.mode));
    PENSTOCK_TRY(mark, sys::FolderMark::Of(path));
  }
  return {};
}

void WorkFolders::TakeBack(const std::string& folder) {
  Marks marks;
  {
    std::lock_guard lock(mutex_);
    auto found = lent_.find(folder);
    if (found != lent_.end()) marks = std::move(found->second);
    if (found != lent_.end()) lent_.erase(found);
  }
  if (!marks.empty() && Restore(folder, marks)) {
    std::lock_guard lock(mutex_);
    if (waiting_.size() < kMostWaiting) {
      waiting_.push_back({folder, std::move(marks)});
      return;
    }
  }
  // What cannot be removed now is removed at the next start.
  static_cast<void>(sys::RemoveTree(folder));
}

}  // namespace penstock::executor
