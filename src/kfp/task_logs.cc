// SPDX-License-Identifier: Apache-2.0
#include "kfp/task_logs.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Status;
using metadata::Task;

Status SendLog(Backend& backend, Call& call, net::ResponseWriter& response) {
  const std::string& run_id = call.Param("run_id");
  const std::string& node_id = call.Param("node_id");
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(node_id));
  if (task.run_id != run_id) {
    return Fail(Code::kNotFound, "Run " + run_id + " has no task " + node_id);
  }
  PENSTOCK_TRY(std::string log, backend.executor.ReadLog(run_id, task.id, task.attempt));
  net::Headers headers;
  headers.Set("Content-Type", "text/plain; charset=utf-8");
  headers.Set("X-Content-Type-Options", "nosniff");
  return response.Send(200, headers, log);
}

}  // namespace

void AddTaskLogRoutes(Router& router, Backend& backend) {
  router.Add(
      "GET", "/apis/v1alpha1/runs/{run_id}/nodes/{node_id}/log",
      StreamAction("Failed to read a log", [&backend](Call& call, net::ResponseWriter& response) {
        return SendLog(backend, call, response);
      }));
}

}  // namespace penstock::kfp
