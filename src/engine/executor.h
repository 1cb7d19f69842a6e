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

#include "base/clock.h"
#include "base/result.h"
#include "ir/executor_io.h"
#include "ir/pipeline_spec.h"
#include "text/json.h"

namespace penstock::engine {

enum class NamedKind { kSecret, kConfigMap };

// A secret or config map that a task is to have, as one variable or as a folder of files.
struct NamedUse {
  NamedKind kind = NamedKind::kSecret;
  std::string name;
  bool optional = false;
  std::string key, variable;  // this key's value as that environment variable, or
  std::string path;           // all of them as files below this path
};

// A folder that a task sees besides its own.
struct TaskFolder {
  std::string path;                                         // where the task sees it
  std::optional<std::map<std::string, std::string>> files;  // it holds these, read-only, or
  std::string volume;    // is the volume of that name, kept from task to task, or with "" is empty
  std::string sub_path;  // of the volume; "" for all of it
};

// What only containers have: others run as they are.
struct ContainerSettings {
  std::string pull_policy;  // "Always", "IfNotPresent", "Never", or "" for whatever is usual
  std::optional<int64_t> user, group;  // in place of the image's
  bool not_root = false;               // it is refused where it would run as root
  int64_t shared_memory = 0;           // bytes of /dev/shm; 0: what is usual
};

// One attempt of one container task, ready to run: all placeholders are substituted.
struct TaskLaunch {
  std::string run_id;
  std::string task_id;
  int attempt = 0;
  std::string display_name;  // for messages
  std::string image;
  std::vector<std::string> command;  // command and arguments, one word each
  // How many of them are the command, in place of what the image would run; the others are its
  // arguments. Where all are arguments, the image says what they are given to.
  size_t command_words = 0;
  ContainerSettings container;
  std::vector<std::pair<std::string, std::string>> env;
  ir::ResourceSpec resources;
  // What to bring before and collect after: input artifacts go to ir::LocalPath(uri), outputs are
  // taken from there, from input.output_parameter_files and from input.output_file.
  ir::ExecutorInput input;
  ir::ComponentSpec component;  // for the declared outputs
  std::string log_uri;          // where the finished log is published
  bool workspace = false;       // sees the run's workspace at ir::kWorkspacePath
  bool own_network = false;     // sees no network but its own loopback
  std::vector<TaskFolder> folders;
  std::vector<NamedUse> named;  // filled in by the engine, last of all; none when it starts
  std::optional<std::chrono::seconds> timeout;
  // Where its packages are to be those of an earlier run: that run, and the ids of the locks of its
  // tasks (Environments::Lock), those of tasks of the same name last.
  std::string locked_from;
  std::vector<std::string> locks;
};

struct PublishedArtifact {
  ir::RuntimeArtifact artifact;  // merged with what the task said of it
  int64_t size = -1;             // -1: the task wrote no file, which is allowed
  bool directory = false;
  std::string content = {};  // as StoredArtifact has it
};

struct TaskOutcome {
  enum class Kind { kSucceeded, kFailed, kCancelled };
  Kind kind = Kind::kFailed;
  std::string message;  // why it failed, for a person
  std::optional<int> exit_code;
  // A failure of the machine rather than of the task (a disk full, a sandbox that could not be
  // made).
  bool infrastructure = false;
  text::Json::Object parameters;                                    // succeeded only
  std::map<std::string, std::vector<PublishedArtifact>> artifacts;  // succeeded only
  text::Json details;  // facts for the record: interpreter, environment, timings in milliseconds
};

// A part of a log, and how long the log is so far.
struct LogPiece {
  std::string bytes;
  uint64_t size = 0;
};

// What tasks may take up together. The engine hands out no more at a time than fits, going by what
// tasks ask for, and keeps the rest in its own queue, where they can still take turns.
struct Capacity {
  static constexpr int64_t kUnlimited = INT64_MAX / 4;
  size_t tasks = 512;
  int64_t cpu_millis = kUnlimited;  // thousandths of a processor
  int64_t memory_bytes = kUnlimited;
};

// Runs container tasks somewhere: in local sandboxes, in a container engine, as Kubernetes pods.
// Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual Capacity capacity() const { return {}; }
  // Whether a task of that image and command can run here; kInvalidArgument says what is missing
  // and what would help. Called when a run is created.
  virtual base::Status CheckRunnable(const ir::ContainerSpec& container) = 0;
  // Starts the attempt; returns at once. `started` is called when its process begins, at most once;
  // `done` exactly once, after the outputs have been published and everything of it has ended. Both
  // come on a thread of the executor. The executor queues what it has no room for.
  virtual void Start(TaskLaunch launch, std::function<void()> started,
                     std::function<void(TaskOutcome)> done) = 0;
  // Before it is told that the run has ended: returns when what its tasks have left behind with
  // `done` is stored, their logs, or cannot be.
  virtual void Settle(const std::string& run_id) { static_cast<void>(run_id); }
  // A run that had a workspace has ended: it may go once that time has passed. It stays the run's
  // when it is tried again.
  virtual void KeepWorkspace(const std::string& run_id, std::chrono::seconds time) {
    static_cast<void>(run_id);
    static_cast<void>(time);
  }
  // Ends the attempt soon, with outcome kCancelled; nothing where it has ended already.
  virtual void Cancel(const std::string& task_id) = 0;
  // The log of an attempt so far, live or finished; kNotFound where there is none.
  virtual base::Result<std::string> ReadLog(const std::string& run_id, const std::string& task_id,
                                            int attempt) = 0;
  // Drops what is kept of a run that is deleted, its logs.
  virtual void ForgetRun(const std::string& run_id) { static_cast<void>(run_id); }
  // At most `limit` bytes of it from `offset` on; nothing behind its end.
  virtual base::Result<LogPiece> ReadLogPiece(const std::string& run_id, const std::string& task_id,
                                              int attempt, uint64_t offset, size_t limit) {
    PENSTOCK_TRY(std::string log, ReadLog(run_id, task_id, attempt));
    LogPiece piece{{}, log.size()};
    if (offset < log.size()) piece.bytes = log.substr(offset, limit);
    return piece;
  }
};

}  // namespace penstock::engine
