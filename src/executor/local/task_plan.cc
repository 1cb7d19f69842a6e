// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_plan.h"

#include <utility>

#include "executor/local/interpreter_choice.h"
#include "executor/local/python_command.h"
#include "executor/local/python_image.h"
#include "executor/local/requirement.h"

namespace penstock::executor {

using base::Code;
using base::Fail;
using base::Result;

bool IsUnresolved(const std::string& text) { return text.find("{{$") != std::string::npos; }

Result<TaskPlan> PlanTask(const std::string& image, const std::vector<std::string>& command,
                          const ImageRoots& images, const PackageOverrides& overrides,
                          InterpreterFinder& finder) {
  const std::optional<std::string> root = images.Find(image);
  PythonImage python;
  if (!root) {
    PENSTOCK_TRY(python, ParsePythonImage(image));
  }
  if (command.empty()) {
    return Fail(Code::kInvalidArgument, "image '" + image +
                                            "' is to run without a command, and what it does then "
                                            "is known to containers only: give a command");
  }
  PythonCommand read = ReadPythonCommand(command);
  // On this machine's root the SDK's own commands find their packages in an environment, as ever;
  // others, and all in a root that somebody brought, find what is there.
  if (root && (*root != ImageRoots::kHost || !read.recognised)) {
    TaskPlan plan;
    plan.words = command;
    plan.python = false;
    if (*root != ImageRoots::kHost) plan.root = *root;
    return plan;
  }
  PENSTOCK_TRY(InterpreterChoice choice,
               ChooseInterpreter(image, python, AllRequirements(read.steps), overrides, finder));
  TaskPlan plan;
  plan.recognised = read.recognised;
  plan.words = std::move(read.words);
  plan.environment.interpreter = std::move(choice.interpreter);
  if (!choice.note.empty()) plan.notes.push_back(std::move(choice.note));
  for (InstallStep& step : read.steps) {
    std::vector<std::string> requirements;
    for (const std::string& requirement : step.requirements) {
      auto replaced = overrides.Apply(requirement, plan.environment.interpreter.version);
      if (!replaced.note.empty()) plan.notes.push_back(HideCredentials(replaced.note));
      requirements.insert(requirements.end(), replaced.requirements.begin(),
                          replaced.requirements.end());
    }
    step.requirements = std::move(requirements);
    if (!step.requirements.empty()) plan.environment.steps.push_back(std::move(step));
  }
  return plan;
}

}  // namespace penstock::executor
