// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "engine/environments.h"
#include "executor/local/environment_builder.h"
#include "executor/local/lock_files.h"

namespace penstock::executor {

struct Environment {
  std::string key;
  std::string venv;                   // its folder
  std::vector<std::string> packages;  // resolved, "name==version"
  std::string lock_id;                // "" where there is none
  // It is not removed as long as a copy of this is held, which may outlive the cache.
  std::shared_ptr<const void> use;
};

// Environments by content, each made once however many tasks want it, kept from run to run in
// `<directory>/<key>/` (EnvironmentFolder). Thread-safe.
class EnvironmentCache {
 public:
  // The builder, the locks and the clock must outlive the cache.
  EnvironmentCache(std::string directory, const EnvironmentBuilder& builder, LockFiles& locks,
                   const base::Clock& clock);
  ~EnvironmentCache();  // stops builds

  // Gives the environment, making it first or waiting for whoever makes it; the lines of the build
  // come to every waiter as they are written. A failure is given again for a while (RetryDelay), so
  // that neither a wide fan-out nor retries repeat it again and again. kCancelled as soon as
  // `cancel` says so; the build then goes on for others. With a lock_id any environment will do
  // that was made of that lock or gave it, and one that is made must have what the lock says.
  base::Result<Environment> Get(const EnvironmentSpec& spec, const sys::LineSink& line,
                                const sys::CancelSignal& cancel);

  // Those that are whole, the one that was used last first.
  std::vector<engine::EnvironmentInfo> List() const;
  // As in engine::Environments. A failure that is remembered under that id is forgotten.
  base::Status Remove(const std::string& id);
  bool Building() const;
  uint64_t made() const { return made_; }  // how many it has made so far

 private:
  struct Build;
  struct Uses;

  std::optional<Environment> Take(const std::string& key);
  std::optional<Environment> TakeLocked(const EnvironmentSpec& spec);
  base::Status WaitFor(Build& build, const sys::LineSink& line, const sys::CancelSignal& cancel);
  base::Status Make(const EnvironmentSpec& spec, const std::string& key, const sys::LineSink& line,
                    const sys::CancelSignal& cancel);
  void DropEnded();
  std::shared_ptr<Build> FindOrStart(const EnvironmentSpec& spec, const std::string& key);
  void RunBuild(const EnvironmentSpec& spec, const std::string& key, Build& build);
  void RememberFailure(const std::string& key, base::Error& error);

  const std::string directory_;
  const EnvironmentBuilder& builder_;
  LockFiles& locks_;
  const base::Clock& clock_;
  std::atomic<uint64_t> made_ = 0;
  const std::shared_ptr<Uses> uses_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Build>> builds_;  // running, or failed not long ago
  struct Failures {
    int count = 0;
    base::Time retry_at;
  };
  std::map<std::string, Failures> failures_;
};

// How long an environment that failed for the nth time (from 1) is not tried again.
std::chrono::seconds RetryDelay(base::Code code, int nth);

}  // namespace penstock::executor
