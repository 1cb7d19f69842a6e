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

// The commands that make `spec` in the folder `venv`, in order.
std::vector<ToolCommand> BuildCommands(const PackageTool& tool, const EnvironmentSpec& spec,
                                       const PipSettings& settings, const std::string& venv);
// The command that prints what is installed there, a requirement a line.
std::vector<std::string> FreezeCommand(const PackageTool& tool, const std::string& venv);

}  // namespace penstock::executor
