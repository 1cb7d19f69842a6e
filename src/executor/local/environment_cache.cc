// SPDX-License-Identifier: Apache-2.0
#include "executor/local/environment_cache.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr std::chrono::seconds kFailureAge{60};
constexpr size_t kMaxLines = 20'000;
// How soon a waiter notices that it was cancelled.
constexpr std::chrono::milliseconds kCancelCheck{50};

bool WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  return file.good();
}

}  // namespace

// The making of one environment. Its thread is joined when the last user of it lets go.
struct EnvironmentCache::Build {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
  std::optional<Result<Environment>> result;
  base::Time ended;
  sys::CancelSignal cancel;
  std::thread thread;
};

EnvironmentCache::EnvironmentCache(std::string directory, const EnvironmentBuilder& builder,
                                   const base::Clock& clock)
    : directory_(std::move(directory)), builder_(builder), clock_(clock) {}

EnvironmentCache::~EnvironmentCache() {
  for (auto& [key, build] : builds_) build->cancel.Cancel();
  for (auto& [key, build] : builds_) build->thread.join();
}

Result<Environment> EnvironmentCache::Get(const EnvironmentSpec& spec, const sys::LineSink& line,
                                          const sys::CancelSignal& cancel) {
  const std::string key = EnvironmentKey(spec, builder_.settings());
  if (auto complete = ReadComplete(key)) return complete;
  const std::shared_ptr<Build> build = FindOrStart(spec, key);
  size_t shown = 0;
  std::unique_lock lock(build->mutex);
  while (true) {
    while (shown < build->lines.size()) {
      const std::string text = build->lines[shown++];
      lock.unlock();
      line(text);
      lock.lock();
    }
    if (build->result) return *build->result;
    if (cancel.IsCancelled()) return Fail(Code::kCancelled, "cancelled");
    build->changed.wait_for(lock, kCancelCheck);
  }
}

Result<Environment> EnvironmentCache::ReadComplete(const std::string& key) const {
  const std::string folder = directory_ + "/" + key;
  std::error_code error;
  if (!fs::exists(folder + "/complete", error)) return Fail(Code::kNotFound, "not made yet");
  Environment environment{key, folder + "/venv", {}};
  std::ifstream packages(folder + "/packages.txt");
  for (std::string text; std::getline(packages, text);) environment.packages.push_back(text);
  return environment;
}

Status EnvironmentCache::MarkComplete(const Environment& environment) const {
  const std::string folder = directory_ + "/" + environment.key;
  std::string packages;
  for (const std::string& package : environment.packages) packages += package + "\n";
  if (!WriteText(folder + "/packages.txt", packages) || !WriteText(folder + "/complete", "")) {
    return Fail(Code::kResourceExhausted, "cannot write to " + folder);
  }
  return {};
}

std::shared_ptr<EnvironmentCache::Build> EnvironmentCache::FindOrStart(const EnvironmentSpec& spec,
                                                                       const std::string& key) {
  std::lock_guard lock(mutex_);
  // Ended builds go when they are no longer worth remembering; their threads have run out.
  for (auto entry = builds_.begin(); entry != builds_.end();) {
    Build& build = *entry->second;
    std::unique_lock build_lock(build.mutex);
    const bool over = build.result && (*build.result || clock_.Now() - build.ended >= kFailureAge);
    build_lock.unlock();
    if (over) {
      build.thread.join();
      entry = builds_.erase(entry);
    } else {
      ++entry;
    }
  }
  std::shared_ptr<Build>& build = builds_[key];
  if (build == nullptr) {
    build = std::make_shared<Build>();
    // The thread is joined before the map lets go of the build.
    build->thread = std::thread([this, spec, key, &work = *build] { RunBuild(spec, key, work); });
  }
  return build;
}

void EnvironmentCache::RunBuild(const EnvironmentSpec& spec, const std::string& key, Build& build) {
  auto add_line = [&](std::string_view text) {
    std::lock_guard lock(build.mutex);
    if (build.lines.size() < kMaxLines) build.lines.emplace_back(text);
    build.changed.notify_all();
  };
  auto make = [&]() -> Result<Environment> {
    // Another build may have ended between the look at the marker and the start of this one.
    if (auto complete = ReadComplete(key)) return complete;
    const std::string folder = directory_ + "/" + key;
    PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(folder));
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return Fail(Code::kInternal, "cannot make " + folder + ": " + error.message());
    // Made where it stays: scripts, compiled modules and pyvenv.cfg hold its path.
    Environment environment{key, folder + "/venv", {}};
    auto packages = builder_.Build(spec, environment.venv, add_line, build.cancel);
    if (packages) {
      environment.packages = std::move(*packages);
      PENSTOCK_RETURN_IF_ERROR(MarkComplete(environment));
      return environment;
    }
    static_cast<void>(sys::RemoveTree(folder));
    return Fail(std::move(packages).error());
  };
  Result<Environment> result = make();
  std::lock_guard lock(build.mutex);
  build.ended = clock_.Now();
  build.result = std::move(result);
  build.changed.notify_all();
}

}  // namespace penstock::executor
