// SPDX-License-Identifier: Apache-2.0
#include "executor/local/interpreter_finder.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include <unistd.h>

#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kProbeTime{20};

// What an interpreter says of itself, a line each: version, executable, then its folders.
constexpr const char* kProbeScript =
    "import sys,os\n"
    "e=os.path.realpath(getattr(sys,'_base_executable',None) or sys.executable)\n"
    "print('%d.%d.%d'%sys.version_info[:3]);print(e)\n"
    "print(sys.base_prefix);print(sys.base_exec_prefix);print(os.path.realpath(sys.base_prefix))\n"
    "print(os.path.dirname(os.path.realpath(os.__file__)));print(os.path.dirname(e))\n";

std::vector<std::string> SplitPath(const std::string& path) {
  std::vector<std::string> folders;
  std::istringstream stream(path);
  for (std::string folder; std::getline(stream, folder, ':');) {
    if (!folder.empty() && folder.front() == '/') folders.push_back(folder);
  }
  return folders;
}

// What comes first among folders such as 3.12.1, cpython-3.12.1-linux-x86_64-gnu, pypy3.10-7.3.17
// and 3.13.0rc1: CPython, newer versions, and releases before what leads to them and variants.
struct Rank {
  bool plain = false;
  std::vector<int> version;
  bool release = false;
  std::string name;
  auto operator<=>(const Rank&) const = default;
};

Rank RankOf(const std::string& name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  Rank rank;
  size_t at = 0;
  while (at < name.size() && !is_digit(name[at])) ++at;
  const std::string_view kind = std::string_view(name).substr(0, at);
  rank.plain = kind.empty() || kind.starts_with("cpython") || kind.starts_with("python");
  while (at < name.size() && is_digit(name[at])) {
    int number = 0;
    for (; at < name.size() && is_digit(name[at]); ++at) {
      if (number < 1'000'000) number = number * 10 + (name[at] - '0');
    }
    rank.version.push_back(number);
    if (at < name.size() && name[at] == '.') ++at;
  }
  rank.release = at == name.size() || name[at] == '-';
  rank.name = name;
  return rank;
}

// Every bin folder one level below `parent`, the best first.
void AddBinFolders(const fs::path& parent, std::vector<std::string>& folders) {
  std::error_code error;
  std::vector<Rank> found;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (fs::is_directory(entry->path() / "bin", ignored))
      found.push_back(RankOf(entry->path().filename()));
  }
  std::sort(found.rbegin(), found.rend());
  for (const Rank& rank : found) folders.push_back(parent / rank.name / "bin");
}

std::optional<Interpreter> ParseProbe(const std::string& text) {
  std::istringstream lines(text);
  std::string version, line;
  Interpreter interpreter;
  if (!std::getline(lines, version) || !std::getline(lines, interpreter.executable)) return {};
  const std::optional<Version> parsed = ParseVersion(version);
  if (!parsed || parsed->major != 3 || parsed->micro < 0) return {};
  interpreter.version = *parsed;
  while (std::getline(lines, line)) {
    if (line.empty() || line.front() != '/') return {};
    if (std::find(interpreter.folders.begin(), interpreter.folders.end(), line) ==
        interpreter.folders.end()) {
      interpreter.folders.push_back(line);
    }
  }
  return interpreter;
}

}  // namespace

std::string ValueOf(const Variables& variables, const std::string& name) {
  for (const auto& [variable, value] : variables) {
    if (variable == name) return value;
  }
  return "";
}

InterpreterFinder::InterpreterFinder(Variables environment)
    : environment_(std::move(environment)) {}

std::vector<std::string> InterpreterFinder::SearchFolders() const {
  std::vector<std::string> folders = SplitPath(ValueOf(environment_, "PATH"));
  const fs::path home = ValueOf(environment_, "HOME");
  const std::string pyenv = ValueOf(environment_, "PYENV_ROOT");
  AddBinFolders((pyenv.empty() ? home / ".pyenv" : fs::path(pyenv)) / "versions", folders);
  const std::string uv = ValueOf(environment_, "UV_PYTHON_INSTALL_DIR");
  const std::string data = ValueOf(environment_, "XDG_DATA_HOME");
  const fs::path share = data.empty() ? home / ".local" / "share" : fs::path(data);
  AddBinFolders(uv.empty() ? share / "uv" / "python" : fs::path(uv), folders);
  folders.insert(folders.end(), {"/usr/local/bin", "/usr/bin"});
  AddBinFolders("/opt", folders);
  return folders;
}

std::vector<std::string> InterpreterFinder::Candidates(const std::string& minor) const {
  std::vector<std::string> files;
  std::set<std::string> seen;
  for (const std::string& folder : SearchFolders()) {
    std::vector<std::string> names;
    if (!minor.empty()) {
      names = {"python" + minor, "python3"};
    } else {
      for (int number = 6; number < 30; ++number)
        names.push_back("python3." + std::to_string(number));
      names.push_back("python3");
    }
    for (const std::string& name : names) {
      std::string file = folder + "/" + name;
      if (::access(file.c_str(), X_OK) == 0 && seen.insert(file).second) files.push_back(file);
    }
  }
  // Files that carry the version in their name first, so that the others need not be run.
  std::stable_partition(files.begin(), files.end(),
                        [](const std::string& file) { return !file.ends_with("/python3"); });
  return files;
}

std::optional<Interpreter> InterpreterFinder::Probe(const std::string& file) {
  {
    std::lock_guard lock(mutex_);
    auto known = probed_.find(file);
    if (known != probed_.end()) return known->second;
  }
  sys::ProcessSpec spec;
  spec.command = {file, "-I", "-S", "-c", kProbeScript};
  spec.env = environment_;
  auto output = sys::RunCommand(spec, kProbeTime, 16384);
  std::optional<Interpreter> interpreter;
  if (output && output->status.success()) interpreter = ParseProbe(output->text);
  std::lock_guard lock(mutex_);
  return probed_.emplace(file, std::move(interpreter)).first->second;
}

std::optional<Interpreter> InterpreterFinder::Find(const std::string& minor) {
  // The first candidates, and mostly enough.
  for (const std::string& folder : SplitPath(ValueOf(environment_, "PATH"))) {
    const std::string file = folder + "/python" + minor;
    if (::access(file.c_str(), X_OK) != 0) continue;
    std::optional<Interpreter> interpreter = Probe(file);
    if (interpreter && interpreter->version.MinorName() == minor) return interpreter;
  }
  for (const std::string& file : Candidates(minor)) {
    std::optional<Interpreter> interpreter = Probe(file);
    if (interpreter && interpreter->version.MinorName() == minor) return interpreter;
  }
  return {};
}

std::vector<Interpreter> InterpreterFinder::All() {
  std::map<int, Interpreter> by_minor;
  for (const std::string& file : Candidates("")) {
    std::optional<Interpreter> interpreter = Probe(file);
    if (interpreter) by_minor.emplace(interpreter->version.minor, *interpreter);
  }
  std::vector<Interpreter> all;
  for (auto& [minor, interpreter] : by_minor) all.push_back(std::move(interpreter));
  return all;
}

std::optional<Interpreter> InterpreterFinder::FindNewest() {
  std::vector<Interpreter> all = All();
  if (all.empty()) return {};
  return all.back();
}

}  // namespace penstock::executor
