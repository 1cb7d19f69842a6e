// SPDX-License-Identifier: Apache-2.0
#include "executor/local/program_folder.h"

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "executor/local/spare_folders.h"
#include "sys/remove_tree.h"
#include "sys/unique_fd.h"

namespace penstock::executor {
namespace {

constexpr const char* kCompiled = "__pycache__";

std::string PlaceIn(const std::string& work) {
  return work + std::string(SpareFolders::kPlace) + "/program";
}

// As `mktemp` draws one; "" where the machine has no random numbers.
std::string DrawName() {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  unsigned char drawn[10];
  if (::getrandom(drawn, sizeof(drawn), 0) != sizeof(drawn)) return "";
  std::string name = "tmp.";
  for (const unsigned char byte : drawn) name += kLetters[byte % 62];
  return name;
}

}  // namespace

std::string ProgramFolder::Lend(const std::string& work) {
  const std::string place = PlaceIn(work);
  if (!marks_ && !Make(place)) return "";
  std::string name = DrawName();
  if (name.empty()) return "";
  // It is not to look older than its task.
  ::utimensat(AT_FDCWD, place.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
  if (std::rename(place.c_str(), (work + "/tmp/" + name).c_str()) != 0) {
    if (errno == ENOENT) marks_.reset();
    return "";
  }
  name_ = name;
  return name;
}

bool ProgramFolder::Make(const std::string& place) {
  const std::string file = place + "/" + kFile, compiled = place + "/" + kCompiled;
  static_cast<void>(sys::RemoveTree(place));
  if (::mkdir(place.c_str(), 0700) != 0 || ::mkdir(compiled.c_str(), 0777) != 0) return false;
  const sys::UniqueFd made(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  // Whatever our own mask: as the shell's and Python's make them.
  if (!made.valid() || ::fchmod(made.get(), 0644) != 0 || ::chmod(compiled.c_str(), 0755) != 0) {
    return false;
  }
  auto of_folder = sys::EntryMark::Of(place), of_file = sys::EntryMark::Of(file),
       of_compiled = sys::EntryMark::Of(compiled);
  if (of_folder && of_file && of_compiled) marks_ = {*of_folder, *of_file, *of_compiled};
  return marks_.has_value();
}

void ProgramFolder::TakeBack(const std::string& work) {
  if (name_.empty()) return;
  const std::string now = work + "/tmp/" + std::exchange(name_, ""), place = PlaceIn(work);
  if (!marks_->folder.IsAt(now) || std::rename(now.c_str(), place.c_str()) != 0) {
    marks_.reset();
  } else if (!Clear(place)) {
    static_cast<void>(sys::RemoveTree(place));
    marks_.reset();
  }
}

bool ProgramFolder::Clear(const std::string& place) {
  const std::string file = place + "/" + kFile, compiled = place + "/" + kCompiled;
  return sys::EmptyFolder(place, {kFile, kCompiled}) && marks_->compiled.IsAt(compiled) &&
         sys::EmptyFolder(compiled, {}) && marks_->compiled.Holds(compiled) && EmptyFile(file) &&
         marks_->file.Holds(file) && marks_->folder.Holds(place);
}

// Not opened where somebody has a lease on it, who would be waited for.
bool ProgramFolder::EmptyFile(const std::string& path) {
  const sys::UniqueFd file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file.valid() && marks_->file.IsOpenAs(file.get()) && ::ftruncate(file.get(), 0) == 0;
}

}  // namespace penstock::executor
