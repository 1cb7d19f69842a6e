// SPDX-License-Identifier: Apache-2.0
#include "executor/local/environment_cache.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "executor/local/disk_use.h"
#include "executor/local/environment_folder.h"
#include "executor/local/package_locks.h"
#include "executor/local/requirement.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMaxLines = 20'000;
// How often one is made that is removed before it can be taken.
constexpr int kMostRounds = 5;
constexpr size_t kMostFailures = 10'000;
// How soon a waiter notices that it was cancelled.
constexpr std::chrono::milliseconds kCancelCheck{50};
// The last use is recorded no more often than that.
constexpr std::chrono::seconds kUseStep{60};

bool IsId(const std::string& text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::chrono::seconds RetryDelay(Code code, int nth) {
  const bool passing = code == Code::kUnavailable;
  const std::chrono::seconds first(passing ? 10 : 60);
  const std::chrono::seconds most(passing ? 120 : 600);
  return std::min(most, first * (1 << std::clamp(nth - 1, 0, 8)));
}

// The making of one environment. Its thread is joined when the last user of it lets go.
struct EnvironmentCache::Build {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
  std::optional<Status> result;
  sys::CancelSignal cancel;
  std::thread thread;
};

// How many hold which environment, and when its use was last written down.
struct EnvironmentCache::Uses {
  struct Entry {
    int count = 0;
    base::Time recorded;
  };
  std::mutex mutex;
  std::map<std::string, Entry> entries;
};

EnvironmentCache::EnvironmentCache(std::string directory, const EnvironmentBuilder& builder,
                                   LockFiles& locks, const base::Clock& clock)
    : directory_(std::move(directory)),
      builder_(builder),
      locks_(locks),
      clock_(clock),
      uses_(std::make_shared<Uses>()) {}

EnvironmentCache::~EnvironmentCache() {
  for (auto& [key, build] : builds_) build->cancel.Cancel();
  for (auto& [key, build] : builds_) build->thread.join();
}

Result<Environment> EnvironmentCache::Get(const EnvironmentSpec& spec, const sys::LineSink& line,
                                          const sys::CancelSignal& cancel) {
  if (!spec.lock_id.empty()) {
    if (auto same = TakeLocked(spec)) return std::move(*same);
  }
  const std::string key = EnvironmentKey(spec, builder_.settings());
  for (int round = 0; round < kMostRounds; ++round) {
    if (auto complete = Take(key)) return std::move(*complete);
    const std::shared_ptr<Build> build = FindOrStart(spec, key);
    PENSTOCK_RETURN_IF_ERROR(WaitFor(*build, line, cancel));
  }
  return Fail(Code::kUnavailable, "environment " + key + " is removed as soon as it is made");
}

Status EnvironmentCache::WaitFor(Build& build, const sys::LineSink& line,
                                 const sys::CancelSignal& cancel) {
  size_t shown = 0;
  std::unique_lock lock(build.mutex);
  while (true) {
    while (shown < build.lines.size()) {
      const std::string text = build.lines[shown++];
      lock.unlock();
      line(text);
      lock.lock();
    }
    if (build.result) return *build.result;
    if (cancel.IsCancelled()) return Fail(Code::kCancelled, "cancelled");
    build.changed.wait_for(lock, kCancelCheck);
  }
}

// Under the lock that removing takes, so that what is given stays.
std::optional<Environment> EnvironmentCache::Take(const std::string& key) {
  std::lock_guard lock(uses_->mutex);
  const EnvironmentFolder folder(directory_, key);
  auto info = folder.Read();
  if (!info) return std::nullopt;
  Uses::Entry& entry = uses_->entries[key];
  const base::Time now = clock_.Now();
  if (now - entry.recorded >= kUseStep || now < entry.recorded) {
    folder.MarkUsed(now);
    entry.recorded = now;
  }
  ++entry.count;
  auto release = [uses = uses_, key](const void*) {
    std::lock_guard guard(uses->mutex);
    --uses->entries[key].count;
  };
  return Environment{key, folder.venv(), std::move(info->packages), std::move(info->lock_id),
                     std::shared_ptr<const void>(this, std::move(release))};
}

// Whatever it was asked for: a lock says everything that is in it.
std::optional<Environment> EnvironmentCache::TakeLocked(const EnvironmentSpec& spec) {
  for (const engine::EnvironmentInfo& info : List()) {
    const bool same = info.lock_id == spec.lock_id &&
                      info.python == spec.interpreter.FullVersion() &&
                      info.interpreter == spec.interpreter.executable;
    if (!same) continue;
    if (auto taken = Take(info.id)) return taken;
  }
  return std::nullopt;
}

std::vector<engine::EnvironmentInfo> EnvironmentCache::List() const {
  std::vector<engine::EnvironmentInfo> list;
  std::error_code error;
  for (fs::directory_iterator entry(directory_, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string id = entry->path().filename().string();
    if (!IsId(id)) continue;
    if (auto info = EnvironmentFolder(directory_, id).Read()) list.push_back(std::move(*info));
  }
  {
    std::lock_guard lock(uses_->mutex);
    for (engine::EnvironmentInfo& info : list) {
      auto found = uses_->entries.find(info.id);
      info.in_use = found != uses_->entries.end() && found->second.count > 0;
    }
  }
  std::ranges::sort(list, std::greater<>(), &engine::EnvironmentInfo::last_used_at);
  return list;
}

Status EnvironmentCache::Remove(const std::string& id) {
  {
    std::lock_guard lock(mutex_);
    if (failures_.erase(id) > 0) return {};
  }
  std::string aside;
  {
    std::lock_guard lock(uses_->mutex);
    const EnvironmentFolder folder(directory_, id);
    if (!IsId(id) || !folder.IsComplete()) {
      return Fail(Code::kNotFound, "There is no environment '" + id + "'");
    }
    auto found = uses_->entries.find(id);
    if (found != uses_->entries.end() && found->second.count > 0) {
      return Fail(Code::kFailedPrecondition,
                  "Environment " + id + " is in use; it can be removed when its tasks have ended");
    }
    uses_->entries.erase(id);
    PENSTOCK_TRY(aside, folder.PutAside());
  }
  return sys::RemoveTree(aside);
}

bool EnvironmentCache::Building() const {
  std::lock_guard lock(mutex_);
  return std::any_of(builds_.begin(), builds_.end(), [](const auto& entry) {
    std::lock_guard build_lock(entry.second->mutex);
    return !entry.second->result.has_value();
  });
}

// Ended builds go when they are no longer worth remembering; their threads have run out.
void EnvironmentCache::DropEnded() {
  const base::Time now = clock_.Now();
  for (auto entry = builds_.begin(); entry != builds_.end();) {
    Build& build = *entry->second;
    std::unique_lock build_lock(build.mutex);
    bool over = build.result.has_value();
    if (over && !*build.result) {
      auto failures = failures_.find(entry->first);
      over = failures == failures_.end() || now >= failures->second.retry_at;
    }
    build_lock.unlock();
    if (over) {
      build.thread.join();
      entry = builds_.erase(entry);
    } else {
      ++entry;
    }
  }
}

std::shared_ptr<EnvironmentCache::Build> EnvironmentCache::FindOrStart(const EnvironmentSpec& spec,
                                                                       const std::string& key) {
  std::lock_guard lock(mutex_);
  DropEnded();
  std::shared_ptr<Build>& build = builds_[key];
  if (build == nullptr) {
    build = std::make_shared<Build>();
    // The thread is joined before the map lets go of the build.
    build->thread = std::thread([this, spec, key, &work = *build] { RunBuild(spec, key, work); });
  }
  return build;
}

Status EnvironmentCache::Make(const EnvironmentSpec& spec, const std::string& key,
                              const sys::LineSink& line, const sys::CancelSignal& cancel) {
  const EnvironmentFolder folder(directory_, key);
  // Another build may have ended between the look at the marker and the start of this one.
  if (folder.IsComplete()) return {};
  PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(folder.path()));
  std::error_code error;
  fs::create_directories(folder.path(), error);
  if (error) return Fail(Code::kInternal, "cannot make " + folder.path() + ": " + error.message());
  // Made where it stays: scripts, compiled modules and pyvenv.cfg hold its path.
  auto built = builder_.Build(spec, folder.venv(), line, cancel);
  if (!built) {
    static_cast<void>(sys::RemoveTree(folder.path()));
    return Fail(std::move(built).error());
  }
  engine::EnvironmentInfo info;
  info.python = spec.interpreter.FullVersion();
  info.interpreter = spec.interpreter.executable;
  for (const std::string& text : AllRequirements(spec.steps)) {
    info.requirements.push_back(HideCredentials(text));
  }
  info.packages = std::move(built->packages);
  if (spec.lock_id.empty()) {
    PENSTOCK_TRY(info.lock_id, locks_.Keep(FormatLock(spec, built->lock)));
  } else {
    if (Status same = CheckLocked(spec.lock, info.packages); !same) {
      static_cast<void>(sys::RemoveTree(folder.path()));
      return same;
    }
    info.lock_id = spec.lock_id;
  }
  info.created_at = clock_.Now();
  DiskUse use;
  use.Add(folder.path());
  info.size_bytes = use.bytes();
  PENSTOCK_RETURN_IF_ERROR(folder.MarkComplete(info));
  ++made_;
  return {};
}

void EnvironmentCache::RunBuild(const EnvironmentSpec& spec, const std::string& key, Build& build) {
  auto add_line = [&](std::string_view text) {
    std::lock_guard lock(build.mutex);
    if (build.lines.size() < kMaxLines) build.lines.emplace_back(text);
    build.changed.notify_all();
  };
  Status result = Make(spec, key, add_line, build.cancel);
  if (result) {
    std::lock_guard lock(mutex_);
    failures_.erase(key);
  } else {
    RememberFailure(key, result.error());
  }
  std::lock_guard lock(build.mutex);
  build.result = std::move(result);
  build.changed.notify_all();
}

void EnvironmentCache::RememberFailure(const std::string& key, base::Error& error) {
  if (error.code() == Code::kCancelled) return;
  std::lock_guard lock(mutex_);
  if (failures_.size() >= kMostFailures) failures_.clear();
  Failures& failures = failures_[key];
  const std::chrono::seconds delay = RetryDelay(error.code(), ++failures.count);
  failures.retry_at = clock_.Now() + delay;
  error = base::Error(error.code(), error.message() + "\nIt is not tried again within " +
                                        std::to_string(delay.count()) +
                                        " s, unless with: penstock environment remove " + key);
}

}  // namespace penstock::executor
