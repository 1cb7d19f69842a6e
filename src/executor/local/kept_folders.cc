// SPDX-License-Identifier: Apache-2.0
#include "executor/local/kept_folders.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <vector>

#include "executor/local/host_files.h"
#include "executor/local/safe_name.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::string_view kUntil = ".until";

Result<std::string> MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) return path;
  return Fail(error == std::errc::no_space_on_device ? Code::kResourceExhausted : Code::kInternal,
              "cannot make " + path + ": " + error.message());
}

int64_t SecondsSince1970(base::Time time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

Result<std::string> KeptFolders::Workspace(const std::string& run_id) const {
  if (!IsSafeName(run_id)) return Fail(Code::kInternal, "run ids must be plain names");
  const std::string path = directory_ + "/workspaces/" + run_id;
  std::error_code ignored;
  fs::remove(path + std::string(kUntil), ignored);
  return MakeFolder(path);
}

void KeptFolders::KeepWorkspace(const std::string& run_id, std::chrono::seconds time) const {
  const std::string path = directory_ + "/workspaces/" + run_id;
  std::error_code ignored;
  if (!IsSafeName(run_id) || !fs::exists(path, ignored)) return;
  std::ofstream file(path + std::string(kUntil), std::ios::trunc);
  file << SecondsSince1970(clock_.Now()) + time.count();
}

Result<std::string> KeptFolders::Volume(const std::string& name,
                                        const std::string& sub_path) const {
  if (!IsSafeName(name)) {
    return Fail(Code::kInvalidArgument, "volume '" + name +
                                            "': the name may have letters, digits, '-', '_' and "
                                            "'.', and not begin with a dot");
  }
  const std::string path = directory_ + "/volumes/" + name;
  PENSTOCK_TRY(std::string folder, MakeFolder(path));
  if (sub_path.empty()) return folder;
  // Tasks write to volumes: a link in one must not lead out of it.
  std::error_code error;
  const fs::path inner = fs::weakly_canonical(fs::path(folder) / sub_path, error);
  const fs::path real = error ? fs::path() : fs::canonical(folder, error);
  const fs::path relative = inner.lexically_relative(real);
  if (error || relative.empty() || *relative.begin() == "..") {
    return Fail(Code::kInvalidArgument, "volume '" + name + "': subPath leads out of it");
  }
  return MakeFolder(inner.string());
}

Status KeptFolders::RemoveVolume(const std::string& name) const {
  if (!IsSafeName(name)) return Fail(Code::kInvalidArgument, "'" + name + "' is no volume");
  return sys::RemoveTree(directory_ + "/volumes/" + name);
}

void KeptFolders::Sweep() const {
  std::vector<std::string> due;
  const int64_t now = SecondsSince1970(clock_.Now());
  std::error_code error;
  for (fs::directory_iterator entry(directory_ + "/workspaces", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string path = entry->path().string();
    if (!path.ends_with(kUntil)) continue;
    const std::string text = ReadTextFile(path, 32);
    int64_t until = 0;
    std::from_chars(text.data(), text.data() + text.size(), until);
    if (until <= now) due.push_back(path);
  }
  for (const std::string& until : due) {
    // The mark goes last, so that what cannot be removed is tried again.
    if (!sys::RemoveTree(until.substr(0, until.size() - kUntil.size()))) continue;
    std::error_code ignored;
    fs::remove(until, ignored);
  }
}

}  // namespace penstock::executor
