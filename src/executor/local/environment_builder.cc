// SPDX-License-Identifier: Apache-2.0
#include "executor/local/environment_builder.h"

#include <deque>
#include <sstream>
#include <utility>

#include "executor/local/requirement.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Compiling a large package from source takes long; hanging for ever must not be.
constexpr std::chrono::minutes kStepTime{60};
constexpr size_t kKeptLines = 200;
constexpr size_t kReasonLines = 12;

void Set(Variables& variables, const std::string& name, const std::string& value) {
  for (auto& [variable, old] : variables) {
    if (variable == name) {
      old = value;
      return;
    }
  }
  variables.emplace_back(name, value);
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return HideCredentials(text);
}

bool SaysError(const std::string& line) {
  const size_t start = line.find_first_not_of(" \xc3\x97");
  const std::string_view text = std::string_view(line).substr(std::min(start, line.size()));
  for (std::string_view sign : {"error:", "ERROR:", "Error:", "No solution found"}) {
    if (text.substr(0, sign.size()) == sign) return true;
  }
  return false;
}

}  // namespace

std::string WhyInstallFailed(const std::vector<std::string>& lines) {
  size_t first = lines.size() > kReasonLines ? lines.size() - kReasonLines : 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!SaysError(lines[i])) continue;
    first = i;
    break;
  }
  std::string text;
  for (size_t i = first; i < lines.size() && i < first + kReasonLines; ++i) {
    text += (text.empty() ? "" : "\n") + lines[i];
  }
  return text;
}

EnvironmentBuilder::EnvironmentBuilder(Variables environment, PipSettings settings,
                                       std::string cache_directory, std::string certificates)
    : settings_(std::move(settings)), variables_(std::move(environment)) {
  for (auto& [name, value] : settings_.ForUv(variables_)) Set(variables_, name, value);
  for (auto& [name, value] : settings_.ForPip()) Set(variables_, name, value);
  Set(variables_, "UV_CACHE_DIR", cache_directory);
  Set(variables_, "PIP_DISABLE_PIP_VERSION_CHECK", "1");
  Set(variables_, "NO_COLOR", "1");
  if (!certificates.empty() && ValueOf(variables_, "SSL_CERT_FILE").empty()) {
    Set(variables_, "SSL_CERT_FILE", certificates);
  }
  // A virtual environment or a module path of the server's user is no part of a task's.
  std::erase_if(variables_, [](const auto& variable) {
    return variable.first == "VIRTUAL_ENV" || variable.first == "PYTHONPATH" ||
           variable.first == "PYTHONHOME" || variable.first == "UV_PYTHON" ||
           variable.first == "UV_SYSTEM_PYTHON" || variable.first == "PIP_REQUIRE_VIRTUALENV" ||
           variable.first == "PIP_TARGET" || variable.first == "PIP_USER";
  });
}

const PackageTool& EnvironmentBuilder::tool() const {
  std::call_once(tool_found_, [this] { tool_ = FindPackageTool(variables_); });
  return tool_;
}

Result<std::vector<std::string>> EnvironmentBuilder::Build(const EnvironmentSpec& spec,
                                                           const std::string& venv,
                                                           const sys::LineSink& line,
                                                           const sys::CancelSignal& cancel) const {
  for (const ToolCommand& command : BuildCommands(tool(), spec, settings_, venv)) {
    line(command.announcement);
    PENSTOCK_RETURN_IF_ERROR(RunCommand(command, spec, line, cancel));
  }
  return Freeze(venv, cancel);
}

Status EnvironmentBuilder::RunCommand(const ToolCommand& command, const EnvironmentSpec& spec,
                                      const sys::LineSink& line,
                                      const sys::CancelSignal& cancel) const {
  std::deque<std::string> last;
  sys::ProcessSpec process;
  process.command = command.words;
  process.env = variables_;
  process.working_directory = "/";
  sys::RunOptions options;
  options.cancel = &cancel;
  options.timeout = kStepTime;
  options.line = [&](std::string_view text) {
    std::string shown = HideCredentials(text);
    line(shown);
    last.push_back(std::move(shown));
    if (last.size() > kKeptLines) last.pop_front();
  };
  PENSTOCK_TRY(sys::RunEnd end, sys::RunProcess(process, options));
  if (end.cause == sys::RunEnd::Cause::kCancelled) {
    return Fail(Code::kCancelled, "the environment was not made: cancelled");
  }
  if (end.cause == sys::RunEnd::Cause::kEnded && end.status.success()) return {};
  const std::string why = end.cause == sys::RunEnd::Cause::kTimedOut
                              ? "it took longer than an hour"
                              : WhyInstallFailed({last.begin(), last.end()});
  if (command.requirements.empty()) {
    return Fail(Code::kFailedPrecondition, "cannot make a virtual environment for Python " +
                                               spec.interpreter.FullVersion() + " (" +
                                               spec.interpreter.executable + "):\n" + why);
  }
  return Fail(Code::kFailedPrecondition,
              "cannot install " + Listed(command.requirements) + " for Python " +
                  spec.interpreter.FullVersion() + " (" + spec.interpreter.executable + "):\n" +
                  why +
                  "\nWhat works: packages that have a build for this Python; or a base_image "
                  "python:X.Y that they do have one for; or replacing them in a "
                  "--package-overrides file (requirements: [{replace: …, with: …}])");
}

Result<std::vector<std::string>> EnvironmentBuilder::Freeze(const std::string& venv,
                                                            const sys::CancelSignal& cancel) const {
  sys::ProcessSpec process;
  process.command = FreezeCommand(tool(), venv);
  process.env = variables_;
  process.working_directory = "/";
  PENSTOCK_TRY(sys::CommandOutput output,
               sys::RunCommand(process, std::chrono::minutes(1), size_t{4} << 20, &cancel));
  if (!output.status.success()) {
    return Fail(Code::kInternal, "cannot list the packages of " + venv + ": " + output.text);
  }
  std::vector<std::string> packages;
  std::istringstream lines(output.text);
  for (std::string text; std::getline(lines, text);) {
    if (!text.empty() && text.front() != '#') packages.push_back(HideCredentials(text));
  }
  return packages;
}

}  // namespace penstock::executor
