// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_command.h"

#include <algorithm>
#include <string_view>

#include "executor/local/modules_ahead.h"
#include "executor/local/warm_job.h"
#include "ir/lightweight_command.h"
#include "text/utf8.h"

namespace penstock::executor {
namespace {

// These act on the interpreter, the C library or the shell before anything of the task runs.
bool ChangesStart(std::string_view name) {
  for (std::string_view prefix : {"PYTHON", "LD_", "MALLOC_", "GLIBC_"}) {
    if (name.starts_with(prefix)) return true;
  }
  for (std::string_view other :
       {"IFS", "ENV", "OPTIND", "PS1", "PS2", "PS4", "PPID", "PWD", "OLDPWD", "LINENO", "MAIL",
        "MAILPATH", "MAILCHECK", "HISTSIZE", "TERM", "_KFP_RUNTIME"}) {
    if (name == other) return true;
  }
  return false;
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool IsWord(const std::string& text) {
  return text::IsValidUtf8(text) && text.find('\0') == std::string::npos;
}

bool IsText(const WarmCommand& command, const Variables& env) {
  if (!IsWord(command.program)) return false;
  for (const std::string& word : command.arguments) {
    if (!IsWord(word)) return false;
  }
  for (const auto& [name, value] : env) {
    if (!IsWord(name) || !IsWord(value)) return false;
  }
  return true;
}

// One that a shell keeps in the environment of what it starts.
bool IsShellName(std::string_view name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), IsNameCharacter);
}

// Where dash has a variable in the environment of what it starts.
unsigned DashBucket(std::string_view name) {
  unsigned sum = static_cast<unsigned char>(name[0]) << 4;
  for (const char c : name) sum += static_cast<unsigned char>(c);
  return sum % 39;
}

}  // namespace

std::string WarmPlaceText(const std::string& working_directory, uint64_t file_bytes) {
  std::string folder = working_directory;
  folder.append(8 - folder.size() % 8, '\0');
  const WarmPlace place = {file_bytes, folder.size()};
  return std::string(reinterpret_cast<const char*>(&place), sizeof(place)) + folder;
}

std::string WarmCommand::TemporaryFolder(const Variables& env) {
  std::string folder;
  for (const auto& [name, value] : env) {
    if (name == "TMPDIR") folder = value;
  }
  return folder.empty() ? "/tmp" : folder;
}

std::string WarmCommand::Job(const Variables& env, const std::string& working_directory,
                             bool shell_is_dash, const std::string& program_folder) const {
  // As the shell passes them on.
  Variables variables;
  for (const auto& [name, value] : env) {
    if (IsShellName(name)) variables.emplace_back(name, value);
  }
  variables.emplace_back("PWD", working_directory);
  if (wants.runtime) variables.emplace_back("_KFP_RUNTIME", "true");
  if (shell_is_dash) {
    std::stable_sort(variables.begin(), variables.end(), [](const auto& left, const auto& right) {
      return DashBucket(left.first) < DashBucket(right.first);
    });
  }
  std::string words;
  for (const std::string& argument : arguments) words += argument + '\0';
  for (const auto& [name, value] : variables) words += name + '=' + value + '\0';
  std::string base = TemporaryFolder(env);
  if (!program_folder.empty()) base += "/" + program_folder;
  base += '\0';
  const auto size = [](const auto& part) { return static_cast<uint32_t>(part.size()); };
  const WarmJob job = {size(base), size(program), size(words), size(arguments),
                       program_folder.empty() ? 0U : 1U};
  std::string text(reinterpret_cast<const char*>(&job), sizeof(job));
  return text + base + program + words;
}

std::optional<WarmCommand> ReadWarmCommand(const std::vector<std::string>& words,
                                           const Variables& env, const std::set<std::string>& own,
                                           const std::string& venv) {
  auto found = ir::RecogniseLightweightCommand(words);
  if (!found || !found->program || !found->installs.empty()) return {};
  WarmCommand command;
  command.program = *std::move(found->program);
  command.arguments = std::move(found->arguments);
  command.wants.module = std::move(found->executor_module);
  command.wants.runtime = found->kfp_runtime;
  for (const auto& [name, value] : env) {
    if (ChangesStart(name)) return {};
    if (!own.contains(name)) command.wants.env.emplace_back(name, value);
  }
  if (!IsText(command, env)) return {};
  if (auto packages = SitePackages(venv)) {
    command.wants.ahead = ModulesAhead(command.program, venv + "/" + *packages);
  }
  return command;
}

}  // namespace penstock::executor
