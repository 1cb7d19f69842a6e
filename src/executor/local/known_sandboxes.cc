// SPDX-License-Identifier: Apache-2.0
#include "executor/local/known_sandboxes.h"

#include <algorithm>
#include <utility>

#include "executor/local/task_room.h"

namespace penstock::executor {
namespace {

constexpr std::chrono::seconds kLongestUse{1};
constexpr size_t kMostRemembered = 8;

std::string Describe(SandboxKind kind, const TaskView& view) {
  std::string text = std::to_string(static_cast<int>(kind)) + (view.venv_overlay ? "o" : "-") +
                     (view.own_network ? "n" : "-");
  AppendText(text, view.root);
  AppendText(text, view.venv);
  if (view.interpreter != nullptr) {
    for (const std::string& folder : view.interpreter->folders) AppendText(text, folder);
  }
  text += '+';
  for (const std::string& folder : view.extra_folders) AppendText(text, folder);
  return text;
}

void ReplaceFolder(std::string& path, const std::string& from, const std::string& to) {
  if (path.starts_with(from + "/")) path.replace(0, from.size(), to);
}

}  // namespace

void KnownSandboxes::Forget() {
  std::lock_guard lock(mutex_);
  remembered_.clear();
}

KnownSandbox KnownSandboxes::Find(SandboxKind kind, const SandboxFiles& files,
                                  const TaskView& view) {
  const std::string described = Describe(kind, view), &folder = view.work->folder();
  const auto now = Clock::now();
  KnownSandbox found;
  {
    std::lock_guard lock(mutex_);
    std::erase_if(remembered_,
                  [&](const Remembered& each) { return now - each.made > kLongestUse; });
    const auto same = std::ranges::find(remembered_, described, &Remembered::view);
    if (same != remembered_.end()) {
      found.spec = BareSandbox(kind, files, view);
      found.spec.steps = same->steps;
      for (sys::MountStep& step : found.spec.steps) {
        for (std::string* path : {&step.source, &step.upper, &step.scratch}) {
          ReplaceFolder(*path, same->work_folder, folder);
        }
      }
      found.key = OwnerKey(found.spec) + same->key;
    }
  }
  if (found.spec.steps.empty()) {
    TaskView plain = view;
    plain.inputs.clear();
    found.spec = TaskSandbox(kind, files, plain);
    std::string key = StepsKey(found.spec, folder);
    found.key = OwnerKey(found.spec) + key;
    std::lock_guard lock(mutex_);
    if (remembered_.size() >= kMostRemembered) remembered_.erase(remembered_.begin());
    remembered_.push_back({described, folder, found.spec.steps, std::move(key), now});
  }
  for (const BoundFolder& input : view.inputs) found.spec.steps.push_back(InputStep(input));
  return found;
}

}  // namespace penstock::executor
