// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "executor/container/container_engine.h"
#include "executor/container/docker_messages.h"
#include "text/json.h"

// What containerd's client prints, and the parts of OCI images. Pure.
namespace penstock::executor {

// The name as containerd keeps it, where Docker's may leave out its own registry:
// "python:3.11" -> "docker.io/library/python:3.11".
std::string FullImageName(const ImageName& name);

// The digest that the table of `ctr images ls` gives for that image; "" where it has none.
std::string ListedDigest(std::string_view table, std::string_view image);

// Of an index of images, that for this kind of machine ("amd64"): its manifest's digest. Nothing
// where this is no index; kNotFound where it has none for it.
base::Result<std::optional<std::string>> ChooseManifest(const text::Json& document,
                                                        std::string_view architecture);
// The digest of the configuration that a manifest names. kDataLoss where it names none.
base::Result<std::string> ConfigDigest(const text::Json& manifest);

// What an image says of how it is run.
struct ImageConfig {
  std::string id;  // the configuration's digest
  std::string user, working_directory;
  std::vector<std::string> entrypoint, command;
  std::vector<std::string> env;  // "NAME=VALUE"
  std::string chain;             // the name of the snapshot that holds all its layers
};
ImageConfig ParseImageConfig(std::string id, const text::Json& config);

// How the files of a snapshot are mounted.
struct SnapshotMount {
  std::string type, source;
  std::vector<std::string> options;
};
// What `ctr snapshots prepare --mounts` prints. kDataLoss for anything else.
base::Result<std::vector<SnapshotMount>> ParseSnapshotMounts(const text::Json& mounts);

// A line of `ctr events`, where it is of a container or its task.
struct ContainerdEvent {
  std::string topic;          // "/tasks/exit"
  std::string container;      // its id
  bool first_process = true;  // an exit may be that of another process in the container
  int exit_status = 0;
};
std::optional<ContainerdEvent> ParseEvent(std::string_view line);

// "1.6.20" of what `ctr version` prints of the server; "" where that is not there.
std::string ServerVersion(std::string_view text);

}  // namespace penstock::executor
