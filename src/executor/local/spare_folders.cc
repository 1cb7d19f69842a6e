// SPDX-License-Identifier: Apache-2.0
#include "executor/local/spare_folders.h"

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Status;

// More than the usual place of an output has, and few to keep.
constexpr size_t kMostSpare = 8;

std::string ParentOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Status SpareFolders::MakeOne(const std::string& work, const std::string& path) {
  const bool follows = made_.empty() || made_.back().path == ParentOf(path);
  if (follows && !spare_.empty()) {
    const std::string place = work + std::string(kPlace) + "/" + spare_.back().name;
    // It is not to look older than its task.
    ::utimensat(AT_FDCWD, place.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
    if (std::rename(place.c_str(), path.c_str()) == 0) {
      made_.push_back({path, spare_.back().mark, std::move(spare_.back().name)});
      spare_.pop_back();
      return {};
    }
  }
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
    return Fail(errno == ENOSPC ? Code::kResourceExhausted : Code::kInternal,
                "cannot make " + path + ": " + std::generic_category().message(errno));
  }
  if (!follows || made_.size() == kMostSpare) return {};
  auto mark = sys::EntryMark::Of(path);
  if (!mark) return {};
  made_.push_back({path, *mark, std::to_string(numbered_++)});
  return {};
}

Status SpareFolders::Make(const std::string& work, const std::string& path) {
  std::vector<std::string> missing;
  struct stat info;
  for (std::string each = path; each.size() > work.size(); each = ParentOf(each)) {
    if (::lstat(each.c_str(), &info) == 0) {
      if (S_ISDIR(info.st_mode)) break;
      return Fail(Code::kInvalidArgument, each + " is no folder");
    }
    missing.push_back(each);
  }
  while (!missing.empty()) {
    PENSTOCK_RETURN_IF_ERROR(MakeOne(work, missing.back()));
    missing.pop_back();
  }
  return {};
}

// From the top down: what lies in a folder is looked at when that is among the spare ones, where
// nobody else comes, so that no link that the task has made is ever followed.
void SpareFolders::TakeOut(const std::string& work, const std::string& from) {
  if (made_.empty() || ParentOf(made_.front().path) != from) return;
  std::vector<Made> made = std::exchange(made_, {});
  const std::string spares = work + std::string(kPlace) + "/";
  std::string above = from;
  size_t taken = 0;
  for (; taken < made.size(); ++taken) {
    const std::string now = above + "/" + NameOf(made[taken].path);
    above = spares + made[taken].spare;
    if (!made[taken].mark.IsAt(now) || std::rename(now.c_str(), above.c_str()) != 0) break;
  }
  for (size_t i = 0; i < taken; ++i) {
    const std::string kept = spares + made[i].spare;
    if (sys::EmptyFolder(kept, {}) && made[i].mark.Holds(kept)) {
      spare_.push_back({std::move(made[i].spare), made[i].mark});
    } else {
      static_cast<void>(sys::RemoveTree(kept));
    }
  }
}

}  // namespace penstock::executor
