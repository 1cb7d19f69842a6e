// SPDX-License-Identifier: Apache-2.0
#include "executor/local/environment_builder.h"

#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "executor/local/install_failure.h"
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

Status WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (file.good()) return {};
  return Fail(Code::kResourceExhausted, "cannot write " + path);
}

// pip would demand a digest of everything once it is given one.
std::string WithoutHashes(const std::string& lock) {
  std::istringstream lines(lock);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find("--hash="));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\\')) line.pop_back();
    if (!line.empty()) text += line + "\n";
  }
  return text;
}

}  // namespace

EnvironmentBuilder::EnvironmentBuilder(Variables environment, PipSettings settings,
                                       std::string cache_directory, std::string certificates,
                                       std::optional<BuildConfinement> confinement)
    : settings_(std::move(settings)),
      cache_directory_(std::move(cache_directory)),
      confinement_(std::move(confinement)),
      variables_(std::move(environment)) {
  for (auto& [name, value] : settings_.ForUv(variables_)) Set(variables_, name, value);
  for (auto& [name, value] : settings_.ForPip()) Set(variables_, name, value);
  Set(variables_, "UV_CACHE_DIR", cache_directory_);
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

Result<BuildRoom> EnvironmentBuilder::OpenRoom(const EnvironmentSpec& spec,
                                               const std::string& venv) const {
  BuildNeeds needs;
  needs.folder = std::filesystem::path(venv).parent_path().string();
  needs.cache_directory = cache_directory_;
  needs.interpreter = &spec.interpreter;
  if (!tool().uv.empty()) needs.tool = tool().uv.front();
  needs.local_folders = settings_.LocalFolders();
  return BuildRoom::Open(confinement_, std::move(needs));
}

sys::ProcessSpec EnvironmentBuilder::MakeProcess(const BuildRoom& room,
                                                 std::vector<std::string> command) const {
  sys::ProcessSpec process;
  process.command = std::move(command);
  process.env = BuildVariables(variables_);
  room.Confine(process);
  return process;
}

Result<std::string> EnvironmentBuilder::WriteConstraints(const BuildRoom& room,
                                                         const EnvironmentSpec& spec,
                                                         const std::string& venv) const {
  if (spec.lock.empty()) return std::string();
  std::string path = venv + ".constraints";
  PENSTOCK_RETURN_IF_ERROR(
      WriteText(room.OnDisk(path), tool().uv.empty() ? WithoutHashes(spec.lock) : spec.lock));
  return path;
}

Result<BuiltPackages> EnvironmentBuilder::Build(const EnvironmentSpec& spec,
                                                const std::string& venv, const sys::LineSink& line,
                                                const sys::CancelSignal& cancel) const {
  PENSTOCK_TRY(BuildRoom room, OpenRoom(spec, venv));
  PENSTOCK_TRY(std::string constraints, WriteConstraints(room, spec, venv));
  if (!constraints.empty()) line("these packages are locked");
  for (const ToolCommand& command : BuildCommands(tool(), spec, settings_, venv, constraints)) {
    line(command.announcement);
    Status done = RunCommand(room, command, spec, line, cancel);
    if (!done && done.error().code() == Code::kUnavailable && !spec.lock.empty()) {
      // Which files are meant is known, and they may have been downloaded before.
      const ToolCommand offline = Offline(tool(), command);
      if (!offline.words.empty()) {
        line("the index does not answer: trying with what was downloaded before");
        if (RunCommand(room, offline, spec, line, cancel)) done = {};
      }
    }
    PENSTOCK_RETURN_IF_ERROR(done);
  }
  PENSTOCK_TRY(BuiltPackages built, Freeze(room, spec, venv, cancel));
  PENSTOCK_RETURN_IF_ERROR(room.Keep());
  return built;
}

Status EnvironmentBuilder::Prune(bool everything, const sys::CancelSignal& cancel) const {
  sys::ProcessSpec process;
  process.command = PruneCommand(tool(), everything);
  if (process.command.empty()) return {};
  process.env = variables_;
  process.working_directory = "/";
  PENSTOCK_TRY(sys::CommandOutput output,
               sys::RunCommand(process, std::chrono::minutes(5), size_t{64} << 10, &cancel));
  if (output.status.success()) return {};
  return Fail(Code::kInternal, "cannot tidy up the package cache: " + output.text);
}

Status EnvironmentBuilder::RunCommand(const BuildRoom& room, const ToolCommand& command,
                                      const EnvironmentSpec& spec, const sys::LineSink& line,
                                      const sys::CancelSignal& cancel) const {
  std::deque<std::string> last;
  const sys::ProcessSpec process = MakeProcess(room, command.words);
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
  InstallFailure failure = ExplainInstallFailure({last.begin(), last.end()});
  if (end.cause == sys::RunEnd::Cause::kTimedOut) failure.why = "it took longer than an hour";
  const std::string python = "for Python " + spec.interpreter.FullVersion() + " (" +
                             spec.interpreter.executable + "):\n" + failure.why;
  if (command.requirements.empty()) {
    return Fail(failure.code, "cannot make a virtual environment " + python);
  }
  return Fail(failure.code, "cannot install " + Listed(command.requirements) + " " + python + "\n" +
                                failure.remedy);
}

Result<BuiltPackages> EnvironmentBuilder::Freeze(const BuildRoom& room, const EnvironmentSpec& spec,
                                                 const std::string& venv,
                                                 const sys::CancelSignal& cancel) const {
  sys::ProcessSpec process = MakeProcess(room, FreezeCommand(tool(), venv));
  PENSTOCK_TRY(sys::CommandOutput output,
               sys::RunCommand(process, std::chrono::minutes(1), size_t{4} << 20, &cancel));
  if (!output.status.success()) {
    return Fail(Code::kInternal,
                "cannot list the packages of " + venv + ": " + HideCredentials(output.text));
  }
  BuiltPackages built;
  std::istringstream lines(output.text);
  for (std::string text; std::getline(lines, text);) {
    if (text.empty() || text.front() == '#') continue;
    built.packages.push_back(HideCredentials(text));
    built.lock += built.packages.back() + "\n";
  }
  if (built.packages.empty()) return built;
  // The index has just been asked for these, so that its answers are still at hand. A package that
  // came from elsewhere has no digest there: then the versions alone have to do.
  const std::string frozen = venv + ".frozen";
  PENSTOCK_RETURN_IF_ERROR(WriteText(room.OnDisk(frozen), output.text));
  process.command = HashesCommand(tool(), spec, settings_, venv, frozen);
  if (process.command.empty()) return built;
  auto hashes = sys::RunCommand(process, std::chrono::minutes(1), size_t{8} << 20, &cancel);
  if (hashes && hashes->status.success() && hashes->text.find("--hash=") != std::string::npos) {
    built.lock = HideCredentials(hashes->text);
  }
  return built;
}

}  // namespace penstock::executor
