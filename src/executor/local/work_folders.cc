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

// For each kind of worker: a step of a chain is given one while another is made for the next.
constexpr size_t kMostReady = 2;

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
      {"", {"tmp", "home", "upper", "scratch", "inputs", "mirror", "spare"}},
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

size_t WorkFolders::ready() const {
  std::lock_guard lock(mutex_);
  return static_cast<size_t>(std::ranges::count_if(
      waiting_, [](const Waiting& each) { return each.room.ready != nullptr; }));
}

std::vector<WorkFolders::Waiting> WorkFolders::TakeOld() {
  const auto first_old =
      std::stable_partition(waiting_.begin(), waiting_.end(), [](const Waiting& each) {
        const auto& ready = each.room.ready;
        const bool late = ready != nullptr && (ready->IsOld() || ready->IsOver());
        return !late && !each.room.IsOld();
      });
  std::vector<Waiting> old(std::make_move_iterator(first_old),
                           std::make_move_iterator(waiting_.end()));
  waiting_.erase(first_old, waiting_.end());
  return old;
}

void WorkFolders::DropOld() {
  std::unique_lock lock(mutex_);
  std::vector<Waiting> old = TakeOld();
  lock.unlock();
  for (Waiting& each : old) Remove(std::move(each));
}

// The best that is there: of two as good the newer one, which the machine remembers better.
std::optional<WorkFolders::Waiting> WorkFolders::Take(const std::string& worker, bool ready) {
  const auto worth = [&](const Waiting& each) {
    if (each.room.worker.empty()) return 1;
    if (each.room.worker != worker) return 0;
    if (each.room.ready == nullptr) return 2;
    return ready ? 3 : 0;
  };
  std::optional<Waiting> taken;
  std::unique_lock lock(mutex_);
  std::vector<Waiting> old = TakeOld();
  auto best = waiting_.end();
  for (auto each = waiting_.begin(); each != waiting_.end(); ++each) {
    if (worth(*each) == 0) continue;
    if (best == waiting_.end() || worth(*each) >= worth(*best)) best = each;
  }
  if (best != waiting_.end()) {
    taken = std::move(*best);
    waiting_.erase(best);
  }
  lock.unlock();
  for (Waiting& each : old) Remove(std::move(each));
  return taken;
}

std::optional<WorkFolders::Waiting> WorkFolders::TakeForReady(const std::string& worker) {
  std::lock_guard lock(mutex_);
  size_t there = making_.count(worker);
  auto found = waiting_.end();
  for (auto each = waiting_.begin(); each != waiting_.end(); ++each) {
    if (each->room.worker != worker || each->room.IsOld()) continue;
    if (each->room.ready != nullptr) {
      ++there;
    } else {
      found = each;
    }
  }
  if (found == waiting_.end() || there >= kMostReady) return std::nullopt;
  std::optional<Waiting> taken = std::move(*found);
  waiting_.erase(found);
  making_.insert(worker);
  return taken;
}

void WorkFolders::MakeReady(const std::string& worker, const ReadyMaker& make) {
  std::optional<Waiting> taken = TakeForReady(worker);
  if (!taken) return;
  WorkFolder work = WorkFolder::Reuse(taken->folder);
  work.SetRoom(taken->room);
  auto made = make(work);
  work.Forget();
  if (made) taken->room.ready = *std::move(made);
  std::unique_lock lock(mutex_);
  making_.erase(making_.find(worker));
  if (taken->room.ready != nullptr) {
    waiting_.push_back(*std::move(taken));
    return;
  }
  lock.unlock();
  Remove(*std::move(taken));
}

void WorkFolders::Remove(Waiting waiting) {
  // Those in it before the mounts.
  waiting.room.ready = nullptr;
  waiting.room = {};
  // What cannot be removed now is removed at the next start.
  static_cast<void>(sys::RemoveTree(waiting.folder));
}

Result<WorkFolder> WorkFolders::Make(std::string folder, bool sandboxed, const std::string& worker,
                                     bool ready) {
  std::optional<Waiting> found;
  if (sandboxed) found = Take(worker, ready);
  if (found) {
    if (std::rename(found->folder.c_str(), folder.c_str()) == 0) {
      WorkFolder work = WorkFolder::Reuse(folder);
      work.SetRoom(std::move(found->room));
      work.SetKept(std::move(found->kept));
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
    PENSTOCK_TRY(sys::EntryMark mark, sys::EntryMark::Of(folder + part.path));
    marks.emplace(part.path, mark);
  }
  return marks;
}

// The parts one after another: what is above one has been looked at before.
Status WorkFolders::Restore(Waiting& back) {
  const std::string& folder = back.folder;
  Marks& marks = back.marks;
  std::shared_ptr<sys::Room>& room = back.room.room;
  // An overlay does not see what happens to its layers behind its back.
  std::error_code error;
  const std::string changes = folder + kChanges;
  const bool unchanged = marks.at(kChanges).Untouched(changes);
  if (!unchanged && (!std::filesystem::is_empty(changes, error) || error)) room = nullptr;
  for (const Part& part : Parts()) {
    const std::string path = folder + part.path;
    sys::EntryMark& mark = marks.at(part.path);
    if (mark.Untouched(path)) continue;
    if (mark.IsAt(path)) {
      back.kept.folders.TakeOut(folder, path);
      if (path.ends_with("/tmp")) back.kept.program.TakeBack(folder);
    }
    // The overlay's own, as long as there is one; it comes last.
    if (path.ends_with(kScratch) && room != nullptr) continue;
    const bool upper_layer = path.ends_with(kChanges) && room != nullptr;
    if (sys::EmptyFolder(path, part.parts) && mark.Holds(path, upper_layer)) continue;
    room = nullptr;
    if (*part.path == '\0') return Fail(Code::kFailedPrecondition, "it is not as it was made");
    PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(path));
    PENSTOCK_RETURN_IF_ERROR(MakePart(path, part.mode));
    PENSTOCK_TRY(mark, sys::EntryMark::Of(path));
  }
  back.kept.folders.Forget();  // what was not found where it was made
  return {};
}

void WorkFolders::TakeBack(const std::string& folder, TaskRoom room, WorkFolder::Kept kept,
                           bool condemned) {
  if (room.room != nullptr && !room.room->furnished()) room.room = nullptr;
  Waiting back{folder, {}, std::move(room), std::move(kept)};
  {
    std::lock_guard lock(mutex_);
    auto found = lent_.find(folder);
    if (found != lent_.end()) back.marks = std::move(found->second);
    if (found != lent_.end()) lent_.erase(found);
  }
  // Whoever waits in it has not been looked at. Who holds on to something is asked for before
  // anything is looked at that could be changed by them.
  condemned = condemned || back.room.ready != nullptr || back.room.cold.Held() || back.room.Held();
  back.room.ready = nullptr;
  back.room.cold = {};
  const bool restored = !condemned && !back.marks.empty() && Restore(back);
  // Without a room nobody can tell whether a worker that was in it still is.
  if (!restored || (back.room.room == nullptr && !back.room.worker.empty())) {
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
