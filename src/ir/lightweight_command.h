// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace penstock::ir {

// One `pip install` of the generated command.
struct PipInstall {
  // In the order written. A requirement that begins with '-' is an option for pip.
  std::vector<std::string> requirements;
  bool no_deps = false;  // --no-deps, which is not among the requirements
};

// What the command line of a Python component does, as the SDK generates it.
struct LightweightCommand {
  std::vector<PipInstall> installs;  // one after the other; empty where nothing is installed
  // The first replaces pip's default index, the others come beside it. The same for all installs.
  std::vector<std::string> index_urls;
  std::vector<std::string> trusted_hosts;
  bool use_venv = false;  // kfp goes into a virtual environment of the task's own

  std::string executor_module;  // "kfp.dsl.executor_main"; "kfp.components.executor_main" until 2.0
  bool kfp_runtime = false;     // whether it is run with _KFP_RUNTIME=true
  // The source of the component; nothing where it is part of the image.
  std::optional<std::string> program;
  std::vector<std::string> arguments;  // for the executor module
  std::vector<std::string> entry;      // the words to run once the installs are done
};

// Recognises the command (with or without its arguments behind it) that the SDK generates for a
// Python component. The shell text must match the template to the byte, and its parts must mean the
// same to us as to a shell; whatever differs gives nothing and has to be run as it is.
std::optional<LightweightCommand> RecogniseLightweightCommand(
    const std::vector<std::string>& words);

}  // namespace penstock::ir
