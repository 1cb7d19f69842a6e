// SPDX-License-Identifier: Apache-2.0
#include "executor/local/python_command.h"

#include <string_view>

#include "ir/lightweight_command.h"

namespace penstock::executor {
namespace {

// Options among the requirements ('-r', '--pre') mean something to pip alone.
bool HasPipOptions(const ir::LightweightCommand& command) {
  for (const ir::PipInstall& install : command.installs) {
    for (const std::string& requirement : install.requirements) {
      if (requirement.starts_with('-')) return true;
    }
  }
  return false;
}

}  // namespace

std::string TrustedHost(std::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find('/'));
  return std::string(text.substr(text.rfind('@') + 1));
}

PythonCommand ReadPythonCommand(const std::vector<std::string>& words) {
  PythonCommand command;
  auto found = ir::RecogniseLightweightCommand(words);
  if (!found || HasPipOptions(*found)) {
    command.words = words;
    return command;
  }
  command.recognised = true;
  command.words = std::move(found->entry);
  for (ir::PipInstall& install : found->installs) {
    InstallStep step;
    step.requirements = std::move(install.requirements);
    step.no_deps = install.no_deps;
    if (!found->index_urls.empty()) {
      step.index_url = found->index_urls.front();
      step.extra_index_urls.assign(found->index_urls.begin() + 1, found->index_urls.end());
    }
    for (const std::string& host : found->trusted_hosts) {
      step.trusted_hosts.push_back(TrustedHost(host));
    }
    command.steps.push_back(std::move(step));
  }
  return command;
}

}  // namespace penstock::executor
