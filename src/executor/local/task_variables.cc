// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_variables.h"

#include <map>

namespace penstock::executor {

Variables TaskVariables(const TaskVariablesInput& input) {
  std::map<std::string, std::string> variables;
  variables["PATH"] =
      input.venv + "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  variables["HOME"] = input.home;
  variables["LANG"] = "C.UTF-8";
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
  for (const auto& [name, value] : *input.task_env) variables[name] = value;
  for (const auto& [name, value] : input.launch->env) variables[name] = value;
  return {variables.begin(), variables.end()};
}

}  // namespace penstock::executor
