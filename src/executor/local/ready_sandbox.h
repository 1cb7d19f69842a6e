// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "sys/control_groups.h"
#include "sys/process.h"

namespace penstock::executor {

class WarmWorker;

// A sandbox in which a process that a warm worker has forked waits for the next task like the one
// before: whatever does not differ between two such tasks is done there before there is one. It has
// seen nothing of any task. Thread-safe.
class ReadySandbox {
 public:
  struct Parts {
    sys::ControlGroup group;  // with the limits of a task that asks for none
    sys::Process process;     // prepared; ends before its group goes
  };
  // What it is like; a task that wants anything else cannot have it.
  struct Kind {
    std::string sandbox;  // SandboxKey()
    std::string place;    // WarmPlaceText()
    friend bool operator==(const Kind&, const Kind&) = default;
  };

  // In a room that is furnished, which it keeps the next sandbox out of. Ends with the worker, or
  // when the last copy of what is returned goes.
  // `folder` is the work folder that it shows.
  static base::Result<std::shared_ptr<ReadySandbox>> Make(const WarmWorker& worker,
                                                          sys::ControlGroup group, Kind kind,
                                                          sys::SandboxSpec sandbox,
                                                          std::string folder);
  ReadySandbox(const ReadySandbox&) = delete;
  ReadySandbox& operator=(const ReadySandbox&) = delete;

  const Kind& kind() const { return kind_; }
  bool IsOld() const;
  // Once; nothing where it has been ended.
  std::optional<Parts> Take();
  bool IsOver() const;  // taken or ended
  void End();
  // To be called now and then: ends it where it uses much more disk or memory than waiting takes.
  void Mind();

 private:
  ReadySandbox(Kind kind, std::string folder, Parts parts);

  const Kind kind_;
  const std::string folder_;  // has another name once it is taken
  const std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  std::optional<Parts> parts_;
};

}  // namespace penstock::executor
