// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "executor/local/interpreter_finder.h"
#include "executor/local/package_overrides.h"
#include "executor/local/python_image.h"

namespace penstock::executor {

struct InterpreterChoice {
  Interpreter interpreter;
  std::string note;  // what was taken instead of what; "" where it is what was asked for
};

// The interpreter that an image stands for, or what the overrides allow in its place.
// kInvalidArgument names the image, the packages that asked for it, what is installed and what
// would help.
base::Result<InterpreterChoice> ChooseInterpreter(const std::string& image_name,
                                                  const PythonImage& image,
                                                  const std::vector<std::string>& requirements,
                                                  const PackageOverrides& overrides,
                                                  InterpreterFinder& finder);

}  // namespace penstock::executor
