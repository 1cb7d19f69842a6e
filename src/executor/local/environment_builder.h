// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
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
  // tool is looked for when it is first needed.
  EnvironmentBuilder(Variables environment, PipSettings settings, std::string cache_directory,
                     std::string certificates);

  // Makes `venv`, which does not exist, and files beside it, and gives the resolved requirements.
  // The error explains which packages failed on which interpreter, what the tool said, and what
  // would work; its codes are those of InstallFailure.
  base::Result<BuiltPackages> Build(const EnvironmentSpec& spec, const std::string& venv,
                                    const sys::LineSink& line,
                                    const sys::CancelSignal& cancel) const;
  // Removes downloads that are of no use any more, or all of them.
  base::Status Prune(bool everything, const sys::CancelSignal& cancel) const;

  const PipSettings& settings() const { return settings_; }

 private:
  base::Status RunCommand(const ToolCommand& command, const EnvironmentSpec& spec,
                          const sys::LineSink& line, const sys::CancelSignal& cancel) const;
  base::Result<BuiltPackages> Freeze(const EnvironmentSpec& spec, const std::string& venv,
                                     const sys::CancelSignal& cancel) const;
  base::Result<std::string> WriteConstraints(const EnvironmentSpec& spec,
                                             const std::string& venv) const;
  const PackageTool& tool() const;

  mutable std::once_flag tool_found_;
  mutable PackageTool tool_;
  const PipSettings settings_;
  Variables variables_;
};

}  // namespace penstock::executor
