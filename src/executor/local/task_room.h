// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "sys/room.h"
#include "sys/sandbox.h"

namespace penstock::executor {

// The room of a task's sandbox, kept for the next task that is given the same work folder and whose
// sandbox is the same but for its inputs.
struct TaskRoom {
  std::shared_ptr<sys::Room> room;  // null for none
  std::string environment;          // whose worker has been in the folder; "" for none
  std::string sandbox;              // SandboxKey() of what it is
  std::chrono::steady_clock::time_point made;

  // What has been mounted or replaced on the machine since is not to stay unseen for long.
  bool IsOld() const;
};

// Whether nothing but its own steps lies in what the task can write to, which is emptied when it
// has ended.
bool MayKeepRoom(const sys::SandboxSpec& spec);

// Differs between sandboxes of which one cannot do with the other's room: whose it is, all its
// steps but its own, and which files and folders of the machine these show now. The work folder,
// whose name changes with every task, is not looked at.
std::string SandboxKey(const sys::SandboxSpec& spec, const std::string& work_folder);

}  // namespace penstock::executor
