// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "executor/local/ready_sandbox.h"
#include "sys/kept_mounts.h"
#include "sys/room.h"
#include "sys/sandbox.h"

namespace penstock::executor {

// The mounts of the sandbox of a task that started cold, and those of them which show its folders
// or lie on them, the latter first.
struct ColdMounts {
  std::shared_ptr<sys::KeptMounts> mounts;  // null for none
  std::vector<sys::ShownMount> shown;

  // Whether somebody may hold on to what is in the folders.
  bool Held() const { return mounts != nullptr && !mounts->AllIdle(shown); }
};

// The mounts of a sandbox that show its work folder, or lie on one that does, the latter first.
std::vector<sys::ShownMount> MountsOf(const sys::SandboxSpec& spec, const std::string& work_folder);
// Makes the sandbox keep its mounts, of which those are asked for.
ColdMounts KeepMounts(sys::SandboxSpec& spec, const std::string& work_folder);

// The room of a task's sandbox, kept for the next task that is given the same work folder and whose
// sandbox is the same but for its inputs.
struct TaskRoom {
  std::shared_ptr<sys::Room> room;  // null for none
  std::string worker;               // of which kind one has been in the folder; "" for none
  std::string sandbox;              // SandboxKey() of what it is
  std::chrono::steady_clock::time_point made;
  std::vector<sys::ShownMount> shown = {};   // MountsOf() its last sandbox
  ColdMounts cold = {};                      // of the task before, until they have been looked at
  std::shared_ptr<ReadySandbox> ready = {};  // in the room; null for none

  // Whether somebody may hold on to what is in the folders, after the end of all that ran there.
  bool Held() const {
    return room != nullptr && (shown.empty() || !sys::AllMountsIdle(room->mounts(), shown));
  }
  // What has been mounted or replaced on the machine since is not to stay unseen for long.
  bool IsOld() const;
};

// Whether nothing but its own steps lies in what the task can write to, which is emptied when it
// has ended.
bool MayKeepRoom(const sys::SandboxSpec& spec);

// Adds a text to a key with its length, so that no two lists of texts make the same key.
void AppendText(std::string& key, std::string_view text);

// Differs between sandboxes of which one cannot do with the other's room: whose it is, all its
// steps but its own, and which files and folders of the machine these show now. The work folder,
// whose name changes with every task, is not looked at.
std::string SandboxKey(const sys::SandboxSpec& spec, const std::string& work_folder);
// Its parts: what is asked for each time, and what takes looking at the machine's files.
std::string OwnerKey(const sys::SandboxSpec& spec);
std::string StepsKey(const sys::SandboxSpec& spec, const std::string& work_folder);

}  // namespace penstock::executor
