// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_room.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "sys/user_namespace.h"

namespace penstock::executor {
namespace {

constexpr std::chrono::minutes kLongestUse{5};

void AppendFile(std::string& key, const struct stat& info) {
  AppendText(key, std::to_string(info.st_dev) + " " + std::to_string(info.st_ino));
}

}  // namespace

void AppendText(std::string& key, std::string_view text) {
  key += std::to_string(text.size());
  key += ':';
  key += text;
}

bool TaskRoom::IsOld() const {
  return room != nullptr && std::chrono::steady_clock::now() - made > kLongestUse;
}

std::vector<sys::ShownMount> MountsOf(const sys::SandboxSpec& spec,
                                      const std::string& work_folder) {
  using Kind = sys::MountStep::Kind;
  std::vector<sys::ShownMount> shown;
  std::vector<std::string> folders;
  for (const sys::MountStep& step : spec.steps) {
    if (step.kind == Kind::kSymlink || step.kind == Kind::kDirectory) continue;
    const bool written = step.kind == Kind::kBindWritable || step.kind == Kind::kOverlay;
    const std::string& where = step.kind == Kind::kOverlay ? step.upper : step.source;
    const bool asked = written && where.starts_with(work_folder + "/");
    const bool on_another = std::ranges::any_of(
        folders, [&](const std::string& folder) { return step.target.starts_with(folder + "/"); });
    if (asked) folders.push_back(step.target);
    if (asked || on_another) shown.push_back({step.target, asked, on_another});
  }
  std::ranges::reverse(shown);
  return shown;
}

ColdMounts KeepMounts(sys::SandboxSpec& spec, const std::string& work_folder) {
  spec.kept = std::make_shared<sys::KeptMounts>();
  return {spec.kept, MountsOf(spec, work_folder)};
}

bool MayKeepRoom(const sys::SandboxSpec& spec) {
  using Kind = sys::MountStep::Kind;
  std::vector<std::string> written;
  for (const sys::MountStep& step : spec.steps) {
    if (step.own) continue;
    for (const std::string& folder : written) {
      if (step.target.starts_with(folder)) return false;
    }
    if (step.kind == Kind::kBindWritable) written.push_back(step.target + "/");
    // Another name of such a folder, or of one that holds it.
    if (step.kind == Kind::kSymlink && step.source.starts_with('/')) {
      const bool leads = std::ranges::any_of(written, [&](const std::string& folder) {
        return folder.starts_with(step.source + "/") || step.source.starts_with(folder);
      });
      if (leads) written.push_back(step.target + "/");
    }
  }
  return true;
}

std::string SandboxKey(const sys::SandboxSpec& spec, const std::string& work_folder) {
  return OwnerKey(spec) + StepsKey(spec, work_folder);
}

std::string OwnerKey(const sys::SandboxSpec& spec) {
  std::string key;
  struct stat info = {};
  // As long as the room is there, no other user namespace has this number.
  if (spec.user != nullptr && ::fstat(spec.user->fd(), &info) == 0) AppendFile(key, info);
  key += spec.own_network ? "own " : "shared ";
  AppendText(key, spec.hostname);
  return key;
}

std::string StepsKey(const sys::SandboxSpec& spec, const std::string& work_folder) {
  std::string key;
  struct stat info = {};
  for (const sys::MountStep& step : spec.steps) {
    if (step.own) continue;
    key += std::to_string(static_cast<int>(step.kind)) + (step.mapped ? "m" : "");
    AppendText(key, step.target);
    for (const std::string* path : {&step.source, &step.upper, &step.scratch}) {
      const bool in_folder = path->starts_with(work_folder + "/");
      AppendText(key, in_folder ? "*" + path->substr(work_folder.size()) : *path);
    }
    const bool shows = !step.source.empty() && step.kind != sys::MountStep::Kind::kSymlink &&
                       !step.source.starts_with(work_folder + "/");
    if (shows && ::stat(step.source.c_str(), &info) == 0) AppendFile(key, info);
  }
  return key;
}

}  // namespace penstock::executor
