// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "executor/local/interpreter_finder.h"
#include "executor/local/pip_settings.h"

namespace penstock::executor {

// One `pip install` of a task's command line.
struct InstallStep {
  std::vector<std::string> requirements;
  std::string index_url;  // "": as configured
  std::vector<std::string> extra_index_urls;
  std::vector<std::string> trusted_hosts;  // host or host:port
  bool no_deps = false;
};

// What an environment is made of; equal ones share one folder.
struct EnvironmentSpec {
  Interpreter interpreter;
  std::vector<InstallStep> steps;  // in order, overrides applied; none: the bare interpreter
  std::string lock;                // lines of a constraints file, or ""
  // Where just that set is wanted which an earlier run had: the id of the lock; otherwise "".
  std::string lock_id = {};
};

// Names the content: interpreter, steps, and where packages come from. 32 hexadecimal digits.
std::string EnvironmentKey(const EnvironmentSpec& spec, const PipSettings& settings);

// What plain Python images bring besides the interpreter: pip, and up to 3.11 also setuptools (with
// the pkg_resources that its newest versions lack) and wheel.
std::vector<std::string> ImagePackages(const Version& version);

// All requirements of all steps.
std::vector<std::string> AllRequirements(const std::vector<InstallStep>& steps);

}  // namespace penstock::executor
