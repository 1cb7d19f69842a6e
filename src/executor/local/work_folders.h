// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "executor/local/work_folder.h"
#include "sys/entry_mark.h"

namespace penstock::executor {

// Work folders that are lent again when their task has gone, emptied: a file system takes longer to
// make and remove a score of folders than a short task takes to run. What is lent again is as it
// was made (sys::EntryMark); a folder that a task has changed in any other way than by what it put
// in is made anew, and one that somebody may hold on to is removed. With a folder goes the room
// that shows it, for some minutes; one that has had a room and has none any more is removed.
// Thread-safe; outlives what it lends.
class WorkFolders {
 public:
  WorkFolders() = default;
  WorkFolders(const WorkFolders&) = delete;
  WorkFolders& operator=(const WorkFolders&) = delete;
  ~WorkFolders();  // removes those that wait

  // As WorkFolder::Make. Only those of sandboxes are lent again; one with a room for the kind of
  // worker if there is one ("": one without a room), and best with a sandbox that is ready, if that
  // is wanted.
  base::Result<WorkFolder> Make(std::string folder, bool sandboxed, const std::string& worker = "",
                                bool ready = false);

  // Makes a sandbox ready in a room for that kind of worker, if one is free and few are ready.
  using ReadyMaker = std::function<base::Result<std::shared_ptr<ReadySandbox>>(const WorkFolder&)>;
  void MakeReady(const std::string& worker, const ReadyMaker& make);
  void DropOld();  // what has waited for too long

  // When nothing of the task is left running. A condemned one is removed.
  void TakeBack(const std::string& folder, TaskRoom room, WorkFolder::Kept kept, bool condemned);

  // Whether the task sees a part of every folder there, which is never removed.
  static bool IsPart(const std::string& task_path);

  size_t waiting() const;
  size_t ready() const;

 private:
  using Marks = std::map<std::string, sys::EntryMark>;  // by path in the folder
  struct Waiting {
    std::string folder;
    Marks marks;
    TaskRoom room;
    WorkFolder::Kept kept = {};
  };

  std::optional<Waiting> Take(const std::string& worker, bool ready);
  std::optional<Waiting> TakeForReady(const std::string& worker);
  std::vector<Waiting> TakeOld();  // holds the lock

  static base::Result<Marks> MarkAll(const std::string& folder);
  // Without the room where that is none any more.
  static base::Status Restore(Waiting& back);
  static void Remove(Waiting waiting);

  mutable std::mutex mutex_;
  std::map<std::string, Marks> lent_;  // by folder
  std::vector<Waiting> waiting_;
  std::multiset<std::string> making_;  // kinds of workers for which one is being made ready
};

}  // namespace penstock::executor
