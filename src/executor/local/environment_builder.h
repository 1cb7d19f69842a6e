// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "executor/local/build_room.h"
#include "executor/local/environment_spec.h"
#include "executor/local/package_tool.h"
#include "sys/cancel_signal.h"
#include "sys/line_splitter.h"

namespace penstock::executor {

struct BuiltPackages {
  std::vector<std::string> packages;  // "name==version"
  std::string lock;                   // the same as lines of a requirements file, with digests
};

// Makes environments with the package tool, under the user's own package configuration.
class EnvironmentBuilder {
 public:
  // `cache_directory` is where uv keeps what it has downloaded: on the file system of the
  // environments, so that files are shared by hard links. `certificates` is a bundle, or "". The
  // tool is looked for when it is first needed. Without a confinement packages are built with all
  // rights of the server.
  EnvironmentBuilder(Variables environment, PipSettings settings, std::string cache_directory,
                     std::string certificates,
                     std::optional<BuildConfinement> confinement = std::nullopt);

  // Makes `venv`, which does not exist, in a folder that is empty, and files beside it, and gives
  // the resolved requirements. The error explains which packages failed on which interpreter, what
  // the tool said, and what would work; its codes are those of InstallFailure.
  base::Result<BuiltPackages> Build(const EnvironmentSpec& spec, const std::string& venv,
                                    const sys::LineSink& line,
                                    const sys::CancelSignal& cancel) const;
  // Removes downloads that are of no use any more, or all of them.
  base::Status Prune(bool everything, const sys::CancelSignal& cancel) const;

  const PipSettings& settings() const { return settings_; }

 private:
  base::Result<BuildRoom> OpenRoom(const EnvironmentSpec& spec, const std::string& venv) const;
  sys::ProcessSpec MakeProcess(const BuildRoom& room, std::vector<std::string> command) const;
  base::Status RunCommand(const BuildRoom& room, const ToolCommand& command,
                          const EnvironmentSpec& spec, const sys::LineSink& line,
                          const sys::CancelSignal& cancel) const;
  base::Result<BuiltPackages> Freeze(const BuildRoom& room, const EnvironmentSpec& spec,
                                     const std::string& venv,
                                     const sys::CancelSignal& cancel) const;
  base::Result<std::string> WriteConstraints(const BuildRoom& room, const EnvironmentSpec& spec,
                                             const std::string& venv) const;
  const PackageTool& tool() const;

  mutable std::once_flag tool_found_;
  mutable PackageTool tool_;
  const PipSettings settings_;
  const std::string cache_directory_;
  const std::optional<BuildConfinement> confinement_;
  Variables variables_;
};

}  // namespace penstock::executor
