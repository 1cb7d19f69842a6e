// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "executor/local/environment_builder.h"

namespace penstock::executor {

struct Environment {
  std::string key;
  std::string venv;                   // its folder
  std::vector<std::string> packages;  // resolved, "name==version"
};

// Environments by content, each made once however many tasks want it, kept from run to run in
// `<directory>/<key>/`: venv, packages.txt, and the marker `complete` that is written last. What
// has no marker is rubbish from an interrupted build. Thread-safe.
class EnvironmentCache {
 public:
  // The builder and the clock must outlive the cache.
  EnvironmentCache(std::string directory, const EnvironmentBuilder& builder,
                   const base::Clock& clock);
  ~EnvironmentCache();  // stops builds

  // Gives the environment, making it first or waiting for whoever makes it; the lines of the build
  // come to every waiter as they are written. A failure is given again for a minute, so that a wide
  // fan-out does not repeat it for every task. kCancelled as soon as `cancel` says so; the build
  // then goes on for others.
  base::Result<Environment> Get(const EnvironmentSpec& spec, const sys::LineSink& line,
                                const sys::CancelSignal& cancel);

 private:
  struct Build;

  base::Result<Environment> ReadComplete(const std::string& key) const;
  base::Status MarkComplete(const Environment& environment) const;
  std::shared_ptr<Build> FindOrStart(const EnvironmentSpec& spec, const std::string& key);
  void RunBuild(const EnvironmentSpec& spec, const std::string& key, Build& build);

  const std::string directory_;
  const EnvironmentBuilder& builder_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Build>> builds_;  // running, or failed not long ago
};

}  // namespace penstock::executor
