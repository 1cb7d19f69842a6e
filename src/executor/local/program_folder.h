// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "sys/entry_mark.h"

namespace penstock::executor {

// The folder of a warm task's program, as the SDK's command would have it made by `mktemp -d` in
// the task's /tmp, with the empty file of the program and the folder where Python keeps what it has
// compiled. It is lent to one task after the other, for the reason of SpareFolders; what is not as
// it was made is made anew.
class ProgramFolder {
 public:
  static constexpr const char* kFile = "ephemeral_component.py";

  // Its name in the task's /tmp, another one each time; "" where it cannot be made.
  std::string Lend(const std::string& work);
  // When nothing of the task is left running, and its /tmp is the folder that it was.
  void TakeBack(const std::string& work);

 private:
  struct Marks {
    sys::EntryMark folder, file, compiled;
  };

  bool Make(const std::string& place);
  bool Clear(const std::string& place);
  bool EmptyFile(const std::string& path);

  std::optional<Marks> marks_;  // nothing: it is not there
  std::string name_;            // lent under this one; "": it is not
};

}  // namespace penstock::executor
