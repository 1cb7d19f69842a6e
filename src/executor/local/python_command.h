// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "executor/local/environment_spec.h"

namespace penstock::executor {

// A task's command line, taken apart where it is one that the SDK generates.
struct PythonCommand {
  bool recognised = false;
  std::vector<InstallStep> steps;  // what the dropped `pip install` part would have installed
  std::vector<std::string> words;  // what is left to run; the whole command where not recognised
};

PythonCommand ReadPythonCommand(const std::vector<std::string>& words);

// "https://x.example:8080/simple" -> "x.example:8080"; a bare host is itself. SDK 2.0 writes whole
// URLs where pip wants hosts.
std::string TrustedHost(std::string_view text);

}  // namespace penstock::executor
