// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "engine/environments.h"

namespace penstock::executor {

// The folder of one environment: `venv`, `about.json` (what is in it), `used` (its time is that of
// the last use), and `complete`, which is written last. What has no `complete` is rubbish from an
// interrupted build.
class EnvironmentFolder {
 public:
  EnvironmentFolder(const std::string& directory, const std::string& id)
      : id_(id), path_(directory + "/" + id) {}

  const std::string& path() const { return path_; }
  std::string venv() const { return path_ + "/venv"; }
  bool IsComplete() const;
  // Nothing where it is not complete. `in_use` is not known here.
  std::optional<engine::EnvironmentInfo> Read() const;
  base::Status MarkComplete(const engine::EnvironmentInfo& info) const;
  void MarkUsed(base::Time now) const;
  // From now on it is not complete, and lies elsewhere: at the path that is returned.
  base::Result<std::string> PutAside() const;

 private:
  const std::string id_;
  const std::string path_;
};

}  // namespace penstock::executor
