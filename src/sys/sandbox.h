// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace penstock::sys {

class KeptMounts;
class Room;
class UserNamespace;

// One step of building the file system that a process sees. `target` is absolute, as seen from
// inside; missing directories above it are made. Steps are taken in order.
struct MountStep {
  enum class Kind {
    kDirectory,     // an empty directory
    kSymlink,       // a symbolic link that says `source`
    kBindReadOnly,  // a file or directory of the host with everything mounted below it
    kBindWritable,
    kTemporary,  // a new tmpfs
    kCover,      // an empty folder that nobody can write to
    kProc,       // the processes of this sandbox; what concerns the whole machine is read-only
    kDevices,    // null, zero, full, random, urandom, tty, a private pts and shm
    kOverlay,    // `source` (a directory) with changes kept in `upper` and `scratch`, both empty
                 // directories of one file system
  };
  Kind kind;
  std::string target;
  std::string source;
  std::string upper;
  std::string scratch;
  // In a sandbox with a `user`: the source's files are that user's (UserNamespace::MappedTree), and
  // nobody else needs to be allowed to see them. Overlays are so anyway.
  bool mapped = false;
  bool own = false;  // not of the room, where there is one: comes behind all that is
};

// What a process is put into: its own mount, PID, IPC and UTS namespaces, a root of its own made of
// the steps, and none of the machine's privileges.
struct SandboxSpec {
  // Needed by ordinary users, and by a root that lacks CAP_SYS_ADMIN.
  bool user_namespace = false;
  // The user namespace in which everything of the sandbox is made, instead; outlives the process.
  const UserNamespace* user = nullptr;
  // An existing directory of the host on which the new root is mounted, inside the sandbox's
  // namespace only. Any number of sandboxes may share it.
  std::string mount_point;
  std::vector<MountStep> steps;
  std::string hostname;
  // A network of its own, in which there is nothing but itself (loopback); else the host's.
  bool own_network = false;
  // For a fork server's sandboxes: entered where it is furnished, else furnished with the mounts of
  // this one. Null for none. Writable tmpfs is not possible then.
  std::shared_ptr<Room> room;
  // Is given the mounts of one that does not come from a fork server. Null for nobody.
  std::shared_ptr<KeptMounts> kept;
};

}  // namespace penstock::sys
