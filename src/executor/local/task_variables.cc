// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_variables.h"

#include <map>
#include <string_view>

namespace penstock::executor {
namespace {

// Part of somebody's own keys and part of ours would be none at all; and whoever brings keys means
// another store.
bool BringsKeys(const Variables& variables) {
  for (const auto& [name, value] : variables) {
    for (std::string_view own : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                                 "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"}) {
      if (name == own) return true;
    }
  }
  return false;
}

}  // namespace

Variables TaskVariables(const TaskVariablesInput& input) {
  std::map<std::string, std::string> variables;
  if (!input.of_image) {
    variables["PATH"] = (input.venv.empty() ? "" : input.venv + "/bin:") +
                        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    variables["HOME"] = input.home;
    variables["LANG"] = "C.UTF-8";
  }
  if (!input.temporary.empty()) variables["TMPDIR"] = input.temporary;
  variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1";
  for (const auto& [name, value] : input.pip) variables[name] = value;
  if (!input.certificates.empty()) {
    // Python's own packages bring bundles and look at the system's only when told to.
    for (const char* name :
         {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "PIP_CERT",
          "GIT_SSL_CAINFO", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "NODE_EXTRA_CA_CERTS"}) {
      variables[name] = input.certificates;
    }
  }
  // What a task sees upstream (kfp-contract 2.4).
  variables["KFP_POD_NAME"] = input.launch->task_id;
  variables["KFP_POD_UID"] = input.launch->task_id;
  variables["KFP_RETRY_INDEX"] = std::to_string(input.launch->attempt);
  if (!BringsKeys(*input.task_env) && !BringsKeys(input.launch->env)) {
    for (const auto& [name, value] : input.keys) variables[name] = value;
  }
  for (const auto& [name, value] : *input.task_env) variables[name] = value;
  for (const auto& [name, value] : input.launch->env) variables[name] = value;
  return {variables.begin(), variables.end()};
}

}  // namespace penstock::executor
