// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "admin/observers.h"
#include "admin/request_log.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "events/webhook.h"
#include "sys/file_system.h"
#include "sys/line_file.h"

namespace penstock::admin {

struct RequestLogTargets {
  // Paths; empty for none.
  std::string access;  // every request on the S3 address
  std::string audit;   // those that change or remove what others rely on
  std::optional<events::WebhookOptions> audit_webhook;
  std::string webhook_directory;  // where its lines wait
};

// The access log, the audit log and the audit's webhook, where they are wanted.
class RequestLogs {
 public:
  // Adds them to the observers, which must not outlive this. `files` and the logger must.
  base::Status Open(const RequestLogTargets& targets, sys::FileSystem& files, base::Logger& logger,
                    Observers& observers);
  // Those of them that are about the audit alone.
  void AddAudit(Observers& observers);
  void Reopen();
  // Lines that were lost, and those that wait for the webhook.
  void Write(base::MetricsWriter& writer) const;

 private:
  std::unique_ptr<sys::LineFile> access_file_;
  std::unique_ptr<sys::LineFile> audit_file_;
  std::unique_ptr<events::Webhook> webhook_;
  std::unique_ptr<AccessLog> access_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<AuditHook> hook_;
};

}  // namespace penstock::admin
