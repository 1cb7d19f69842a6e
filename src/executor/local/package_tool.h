// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "executor/local/environment_spec.h"

namespace penstock::executor {

// The program that makes environments: uv, or the interpreter's own venv and pip where there is
// none (slower, and its packages are not shared between environments).
struct PackageTool {
  std::vector<std::string> uv;  // the words that run it; empty: there is none
  std::string description;      // "uv 0.13.9", "pip"
};

// $PENSTOCK_UV, then uv on PATH, then `python3 -m uv`; each is run before it counts.
PackageTool FindPackageTool(const Variables& environment);

// A command of making an environment, and what it is for.
struct ToolCommand {
  std::vector<std::string> words;
  std::vector<std::string> requirements;  // what it installs
  std::string announcement;               // a line for the log
};

// The commands that make `spec` in the folder `venv`, in order. `constraints` is a file, or "".
std::vector<ToolCommand> BuildCommands(const PackageTool& tool, const EnvironmentSpec& spec,
                                       const PipSettings& settings, const std::string& venv,
                                       const std::string& constraints);
// The same command of those that install, without a network; no words where the tool cannot.
ToolCommand Offline(const PackageTool& tool, const ToolCommand& command);
// The command that prints what is installed there, a requirement a line.
std::vector<std::string> FreezeCommand(const PackageTool& tool, const std::string& venv);
// The command that prints the requirements of the file `frozen` with the digests that the indexes
// of `spec` have of them; empty where the tool cannot.
std::vector<std::string> HashesCommand(const PackageTool& tool, const EnvironmentSpec& spec,
                                       const PipSettings& settings, const std::string& venv,
                                       const std::string& frozen);
// Removes what the tool keeps of downloads that is of no use any more, or all of it; empty where it
// keeps nothing. Environments lose nothing by it.
std::vector<std::string> PruneCommand(const PackageTool& tool, bool everything);

}  // namespace penstock::executor
