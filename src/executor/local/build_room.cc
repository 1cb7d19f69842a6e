// SPDX-License-Identifier: Apache-2.0
#include "executor/local/build_room.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "executor/local/interpreter_finder.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using Kind = sys::MountStep::Kind;

// Files that the tools are told of by variables.
constexpr std::string_view kFileVariables[] = {
    "UV_CONFIG_FILE", "UV_CONSTRAINT",   "UV_BUILD_CONSTRAINT",
    "UV_OVERRIDE",    "PIP_CONSTRAINT",  "PIP_CONFIG_FILE",
    "PIP_CERT",       "PIP_CLIENT_CERT", "SSL_CERT_FILE",
    "SSL_CERT_DIR",   "SSL_CLIENT_CERT", "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE", "GIT_SSL_CAINFO",  "NETRC"};

constexpr std::string_view kVariables[] = {"PATH",
                                           "HOME",
                                           "LANG",
                                           "LANGUAGE",
                                           "TZ",
                                           "TMPDIR",
                                           "NETRC",
                                           "CC",
                                           "CXX",
                                           "CPP",
                                           "LD",
                                           "AR",
                                           "CFLAGS",
                                           "CXXFLAGS",
                                           "CPPFLAGS",
                                           "LDFLAGS",
                                           "MAKEFLAGS",
                                           "FC",
                                           "FFLAGS",
                                           "PKG_CONFIG_PATH",
                                           "NO_COLOR",
                                           "LIBRARY_PATH",
                                           "CPATH",
                                           "LD_LIBRARY_PATH",
                                           "SOURCE_DATE_EPOCH",
                                           "http_proxy",
                                           "https_proxy",
                                           "all_proxy",
                                           "no_proxy",
                                           "HTTP_PROXY",
                                           "ALL_PROXY",
                                           "NO_PROXY",
                                           "HTTPS_PROXY",
                                           "SSL_CERT_FILE",
                                           "SSL_CERT_DIR",
                                           "PYENV_ROOT",
                                           "CURL_CA_BUNDLE",
                                           "SSL_CLIENT_CERT",
                                           "GIT_SSL_CAINFO",
                                           "REQUESTS_CA_BUNDLE"};
constexpr std::string_view kPrefixes[] = {"UV_", "PIP_", "LC_", "CMAKE_", "SETUPTOOLS_"};

void Set(Variables& variables, const std::string& name, const std::string& value) {
  std::erase_if(variables, [&](const auto& variable) { return variable.first == name; });
  variables.emplace_back(name, value);
}

std::string ProgramPath(const std::string& program, const std::string& path) {
  if (program.empty() || program.find('/') != std::string::npos) return program;
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string found = folder + "/" + program;
    if (!folder.empty() && ::access(found.c_str(), X_OK) == 0) return found;
  }
  return program;
}

std::vector<std::string> NamedFiles(const Variables& variables) {
  std::vector<std::string> files;
  for (std::string_view name : kFileVariables) {
    std::istringstream words(ValueOf(variables, std::string(name)));
    for (std::string word; words >> word;) {
      if (word.front() == '/' && ::access(word.c_str(), R_OK) == 0) files.push_back(word);
    }
  }
  return files;
}

// What the user who started the server keeps for the tools at home, and where they find it here.
std::vector<BoundFolder> UsersSettings(const std::string& home, const WorkFolder& work) {
  std::vector<BoundFolder> bound;
  if (home.empty()) return bound;
  for (const char* place :
       {"/.netrc", "/.config/uv", "/.config/pip", "/.pip", "/.local/share/uv/credentials"}) {
    if (::access((home + place).c_str(), R_OK) == 0) {
      bound.push_back({work.Home() + place, home + place, false});
    }
  }
  return bound;
}

}  // namespace

Variables BuildVariables(const Variables& environment) {
  Variables kept;
  for (const auto& variable : environment) {
    const std::string_view name = variable.first;
    const bool prefixed = std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                                      [&](std::string_view p) { return name.starts_with(p); });
    if (prefixed ||
        std::find(std::begin(kVariables), std::end(kVariables), name) != std::end(kVariables)) {
      kept.push_back(variable);
    }
  }
  return kept;
}

Result<BuildRoom> BuildRoom::Open(const std::optional<BuildConfinement>& confinement,
                                  BuildNeeds needs) {
  BuildRoom room(confinement, std::move(needs));
  if (!confinement) return room;
  const std::string name = fs::path(room.needs_.folder).filename().string();
  PENSTOCK_TRY(WorkFolder work,
               WorkFolder::Make(confinement->work_directory + "/build-" + name, true));
  room.work_.emplace(std::move(work));
  room.made_ = room.Beside() + "/" + name;
  PENSTOCK_RETURN_IF_ERROR(sys::RemoveTree(room.made_));
  std::error_code error;
  fs::create_directories(room.needs_.cache_directory, error);
  if (!error) fs::create_directories(room.made_, error);
  if (error) return Fail(Code::kInternal, "cannot make " + room.made_ + ": " + error.message());
  return room;
}

BuildRoom::BuildRoom(BuildRoom&& other) noexcept
    : confinement_(std::move(other.confinement_)),
      needs_(std::move(other.needs_)),
      made_(std::exchange(other.made_, std::string())),
      work_(std::move(other.work_)) {}

BuildRoom::~BuildRoom() {
  if (!made_.empty()) static_cast<void>(sys::RemoveTree(made_));
}

std::string BuildRoom::Beside() const {
  return fs::path(needs_.cache_directory).parent_path().string();
}

std::string BuildRoom::OnDisk(const std::string& path) const {
  if (made_.empty() || !path.starts_with(needs_.folder)) return path;
  return made_ + path.substr(needs_.folder.size());
}

void BuildRoom::Confine(sys::ProcessSpec& process) const {
  process.working_directory = "/";
  if (!confinement_) return;
  const std::string home = ValueOf(process.env, "HOME");
  const std::string place = fs::path(needs_.folder).parent_path().string();
  Set(process.env, "HOME", work_->Home());
  Set(process.env, "TMPDIR", "/tmp");
  Set(process.env, "UV_CACHE_DIR",
      place + "/" + fs::path(needs_.cache_directory).filename().string());
  const std::string& certificates = confinement_->files.certificates;
  if (!certificates.empty() && ValueOf(process.env, "SSL_CERT_FILE") == certificates) {
    Set(process.env, "SSL_CERT_FILE", std::string(kTaskCertificates));
  }
  TaskView view;
  view.work = &*work_;
  view.interpreter = needs_.interpreter;
  view.extra_folders = needs_.local_folders;
  const std::string tool = ProgramPath(needs_.tool, ValueOf(process.env, "PATH"));
  if (!tool.empty()) view.extra_folders.push_back(tool);
  for (std::string& file : NamedFiles(process.env)) view.extra_folders.push_back(std::move(file));
  view.folders = UsersSettings(home, *work_);
  view.folders.push_back({place, Beside(), true});
  process.sandbox = TaskSandbox(confinement_->kind, confinement_->files, view);
  process.filter = confinement_->filter;
  process.unprivileged = true;
}

Status BuildRoom::Keep() {
  if (made_.empty()) return {};
  std::error_code error;
  fs::rename(made_, needs_.folder, error);
  if (error) {
    return Fail(Code::kInternal, "cannot move " + made_ + " to its place: " + error.message());
  }
  made_.clear();
  return {};
}

}  // namespace penstock::executor
