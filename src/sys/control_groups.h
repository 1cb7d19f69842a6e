// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "sys/control_group_layout.h"
#include "sys/unique_fd.h"

namespace penstock::sys {

struct GroupLimits {
  std::optional<uint64_t> memory_bytes;
  std::optional<double> cpus;
  std::optional<uint64_t> processes;  // and threads
};

// What the processes of a group use; nothing where the machine does not count it.
struct GroupUsage {
  std::optional<double> cpu_seconds;     // so far
  std::optional<uint64_t> memory_bytes;  // without file caches that can be dropped
  uint64_t out_of_memory_kills = 0;      // so far, at the group's own limit
};

// A control group of the kernel for one process and all that it starts. Destruction kills what is
// left in it and removes it.
class ControlGroup {
 public:
  ControlGroup(ControlGroup&&) noexcept = default;
  ControlGroup& operator=(ControlGroup&&) = delete;
  ~ControlGroup();

  // For a new process: it writes "0" into each of these files before it does anything else, while
  // it has one thread. Version 2: it is better made in the group of this folder, if whoever makes
  // it may write there, because joining waits until all processors have passed through the
  // scheduler.
  std::vector<int> join_files() const;
  int folder_file() const { return folder_file_.get(); }  // -1 for none

  // Moves a running process, with all its threads; those that it has started already stay where
  // they are. Takes longer than joining in the ways above.
  base::Status Add(pid_t pid) const;

  GroupUsage Usage() const;
  // Parts of it, which cost less to read.
  std::optional<double> CpuSeconds() const;
  uint64_t OutOfMemoryKills() const;
  std::vector<pid_t> Processes() const;

 private:
  friend class ControlGroups;
  ControlGroup() = default;

  std::vector<std::string> folders_;  // one a hierarchy
  std::string cpu_, memory_;          // those of them that count these; "" for none
  bool unified_ = false;
  std::vector<UniqueFd> join_files_;
  UniqueFd folder_file_;
};

// Makes groups below the group that this process is in, so that limits of the whole machine or
// service stay. Thread-safe.
class ControlGroups {
 public:
  // `name` is that of the folder for all groups and is nobody else's; `record` is a file that holds
  // where that folder is while it exists, so that the next start can remove what a killed process
  // has left. Never fails: what does not work here is missing from `able()`, and `trouble()` says
  // why.
  static std::unique_ptr<ControlGroups> Open(const std::string& name, const std::string& record,
                                             const std::vector<ControlGroupHierarchy>& hierarchies);
  // Of this process.
  static std::unique_ptr<ControlGroups> Open(const std::string& name, const std::string& record);

  ControlGroups(const ControlGroups&) = delete;
  ControlGroups& operator=(const ControlGroups&) = delete;
  ~ControlGroups();

  bool able(const std::string& controller) const { return able_.contains(controller); }
  bool empty() const { return able_.empty(); }
  bool unified() const { return unified_; }                // version 2
  const std::string& trouble() const { return trouble_; }  // "" for none

  // Limits that are not `able()` are left out.
  base::Result<ControlGroup> Make(const std::string& name, const GroupLimits& limits) const;
  // Of one that was made without.
  base::Status SetLimits(const ControlGroup& group, const GroupLimits& limits) const;

 private:
  ControlGroups() = default;
  void OpenVersion1(const ControlGroupHierarchy& hierarchy, const std::string& name);
  void OpenVersion2(const ControlGroupHierarchy& hierarchy, const std::string& name);
  base::Status MakeWay(const std::string& own, const std::string& folder);
  void MoveBack(const std::string& folder);

  struct Base {
    std::string folder;
    std::set<std::string> controllers;
  };
  base::Status SetLimitsOf(const std::string& folder, const Base& base,
                           const GroupLimits& limits) const;

  std::vector<Base> bases_;
  bool unified_ = false;
  std::string left_;  // version 2: the group that this process was in before
  std::string record_;
  std::set<std::string> able_;
  std::string trouble_;
};

}  // namespace penstock::sys
