// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "executor/local/interpreter_finder.h"

namespace penstock::executor {

// What a worker must have made ready for a task. Tasks that want the same share workers.
struct WarmWants {
  std::string module;              // the SDK's executor
  bool runtime = false;            // run with _KFP_RUNTIME=true
  std::vector<std::string> ahead;  // modules to import besides it, in this order (modules_ahead.h)
  Variables env;                   // what all such tasks have in common

  friend bool operator==(const WarmWants&, const WarmWants&) = default;
};

// A command that a warm worker can run as if it had been started cold.
struct WarmCommand {
  WarmWants wants;
  std::string program;  // the component's source
  std::vector<std::string> arguments;

  // What the worker is told of the task, behind WarmPlaceText() (warm_job.h). dash passes variables
  // on in an order of its own. `program_folder`: the name of one in the folder for temporary files
  // which is there already (ProgramFolder); "" for none.
  std::string Job(const Variables& env, const std::string& working_directory, bool shell_is_dash,
                  const std::string& program_folder = "") const;

  static std::string TemporaryFolder(const Variables& env);
};

// What the worker is told before there is a task.
std::string WarmPlaceText(const std::string& working_directory, uint64_t file_bytes);

// Nothing where the command is not one that the SDK generates for a component with its source, or
// where a variable would change the start of the interpreter or of the shell. `own` are the names
// of variables that differ from task to task and that nothing reads before the component runs;
// `venv` is the folder of its environment.
std::optional<WarmCommand> ReadWarmCommand(const std::vector<std::string>& words,
                                           const Variables& env, const std::set<std::string>& own,
                                           const std::string& venv);

}  // namespace penstock::executor
