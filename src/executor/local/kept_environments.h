// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engine/environments.h"
#include "executor/local/environment_cache.h"
#include "executor/local/environment_collector.h"
#include "executor/local/lock_files.h"
#include "executor/local/warm_workers.h"

namespace penstock::executor {

// The environments of this executor, as others see them. What it is made of must outlive it.
class KeptEnvironments final : public engine::Environments {
 public:
  KeptEnvironments(EnvironmentCache& cache, const EnvironmentCollector& collector,
                   const LockFiles& locks, WarmWorkers* workers)
      : cache_(cache), collector_(collector), locks_(locks), workers_(workers) {}

  std::vector<engine::EnvironmentInfo> List() override { return cache_.List(); }
  engine::EnvironmentUsage Usage() override { return collector_.Usage(); }
  base::Status Remove(const std::string& id) override {
    if (workers_ != nullptr) workers_->Release(id);
    return cache_.Remove(id);
  }
  base::Result<std::string> Lock(const std::string& lock_id) override {
    return locks_.Read(lock_id);
  }

 private:
  EnvironmentCache& cache_;
  const EnvironmentCollector& collector_;
  const LockFiles& locks_;
  WarmWorkers* workers_;  // null for none
};

}  // namespace penstock::executor
