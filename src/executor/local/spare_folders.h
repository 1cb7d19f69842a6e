// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/entry_mark.h"

namespace penstock::executor {

// The folders above a task's outputs, which are named after its run and itself: made for it, kept
// in the work folder's `spare` when it has gone, and given new names for the next one, because a
// file system takes much longer to make and to remove a folder than to rename one. Only what is as
// it was made is kept. The work folder has another name with each task, so it is told each time.
class SpareFolders {
 public:
  static constexpr std::string_view kPlace = "/spare";  // in the work folder; no task sees it

  // Makes a folder in the work folder, and those above it that are not there.
  base::Status Make(const std::string& work, const std::string& path);

  // When nothing of the task is left running: takes what it has made out of a folder, that is as it
  // was made itself, and in one that nobody can have put something else in the place of.
  void TakeOut(const std::string& work, const std::string& from);
  // Something is mounted in what was made, perhaps, so that it has to go.
  void Forget() { made_.clear(); }

  size_t spare() const { return spare_.size(); }

 private:
  struct Made {
    std::string path;  // of the task's time
    sys::EntryMark mark;
    std::string spare;  // its name among the spare ones
  };
  struct Spare {
    std::string name;
    sys::EntryMark mark;
  };

  base::Status MakeOne(const std::string& work, const std::string& path);

  std::vector<Made> made_;  // each in the one before
  std::vector<Spare> spare_;
  size_t numbered_ = 0;
};

}  // namespace penstock::executor
