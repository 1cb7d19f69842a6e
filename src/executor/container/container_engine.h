// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sys/cancel_signal.h"
#include "sys/line_splitter.h"
#include "sys/observed_group.h"

namespace penstock::executor {

// A file or folder of this machine that a container sees elsewhere.
struct ContainerMount {
  std::string target, source;
  bool writable = false;
};

// A container to be made, run once and removed.
struct ContainerRequest {
  std::string name;
  std::string image;
  std::vector<std::string> command;  // in place of the image's entrypoint; empty: that of the image
  std::vector<std::string> arguments;  // in place of the image's; both empty: those of the image
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<ContainerMount> mounts;
  std::vector<std::pair<std::string, std::string>> hosts;  // name, address
  std::map<std::string, std::string> labels;
  std::string network;        // "host", "none", "bridge" or a network of the engine's
  std::string user;           // "uid" or "uid:gid"; "": the image's
  int64_t memory_bytes = 0;   // limits; 0: none
  int64_t cpu_millis = 0;     // thousandths of a processor
  int64_t cpu_request = 0;    // the share where processors are scarce, in thousandths; 0: the usual
  int64_t shared_memory = 0;  // bytes of /dev/shm; 0: the usual
  int64_t processes = 0;
};

struct ContainerHooks {
  sys::LineSink line;             // of output and error, from one thread at a time
  std::function<void()> started;  // may be empty
  // The container runs, in this group, where that can be seen; may be empty.
  std::function<void(const sys::ObservedGroup&)> observed;
  const sys::CancelSignal* cancel = nullptr;
  std::optional<std::chrono::seconds> timeout;
};

struct ContainerEnd {
  enum class Cause { kEnded, kCancelled, kTimedOut };
  Cause cause = Cause::kEnded;
  int exit_code = 0;
  bool out_of_memory = false;
  std::string trouble;  // what the engine says of it, where it says something
};

struct ContainerImage {
  std::string id;
  std::string user;          // "" is root, as is "0"
  bool has_command = false;  // it says what to run when nobody does
};

enum class PullPolicy { kAlways, kIfAbsent, kNever };

// A container engine of this machine. Thread-safe.
class ContainerEngine {
 public:
  virtual ~ContainerEngine() = default;
  // Name and version, where it answers: "Docker 20.10.24". kUnavailable says why it does not.
  virtual base::Result<std::string> Describe() = 0;
  // The image, fetched from its registry where the policy wants it. Errors: kInvalidArgument (no
  // name of an image), kNotFound (it is not there and cannot be had, with the reason), kUnavailable
  // (no engine), kCancelled.
  virtual base::Result<ContainerImage> GetImage(const std::string& image, PullPolicy policy,
                                                const sys::LineSink& progress,
                                                const sys::CancelSignal& cancel) = 0;
  // Runs a container to its end; nothing of it is left when this returns, unless the engine has
  // gone. kInvalidArgument: the engine refuses what is asked for, or cannot start the command.
  virtual base::Result<ContainerEnd> Run(const ContainerRequest& request,
                                         const ContainerHooks& hooks) = 0;
  // Ends and removes all containers with that label; gives how many there were.
  virtual base::Result<size_t> RemoveAll(const std::string& label, const std::string& value) = 0;
};

}  // namespace penstock::executor
