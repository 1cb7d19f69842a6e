// SPDX-License-Identifier: Apache-2.0
#include "admin/request_logs.h"

#include <utility>

#include "events/event_queue.h"

namespace penstock::admin {

base::Status RequestLogs::Open(const RequestLogTargets& targets, sys::FileSystem& files,
                               base::Logger& logger, Observers& observers) {
  if (!targets.access.empty()) {
    PENSTOCK_TRY(access_file_,
                 sys::LineFile::Open(targets.access, sys::LineFile::WhenFull::kDrop, logger));
    access_ = std::make_unique<AccessLog>(*access_file_);
    observers.Add(*access_);
  }
  if (!targets.audit.empty()) {
    PENSTOCK_TRY(audit_file_,
                 sys::LineFile::Open(targets.audit, sys::LineFile::WhenFull::kWait, logger));
    audit_ = std::make_unique<AuditLog>(*audit_file_);
    observers.Add(*audit_);
  }
  if (targets.audit_webhook) {
    PENSTOCK_TRY(auto queue, events::EventQueue::Open(targets.webhook_directory, files));
    webhook_ = std::make_unique<events::Webhook>(*targets.audit_webhook, std::move(queue), logger);
    hook_ = std::make_unique<AuditHook>(*webhook_);
    observers.Add(*hook_);
  }
  return {};
}

void RequestLogs::AddAudit(Observers& observers) {
  if (audit_) observers.Add(*audit_);
  if (hook_) observers.Add(*hook_);
}

void RequestLogs::Reopen() {
  if (access_file_) access_file_->Reopen();
  if (audit_file_) audit_file_->Reopen();
}

void RequestLogs::Write(base::MetricsWriter& writer) const {
  writer.Family("penstock_log_lines_dropped_total", "counter",
                "Lines of the access log and the audit log that were lost.");
  if (access_file_) writer.Value(access_file_->dropped(), {{"log", "access"}});
  if (audit_file_) writer.Value(audit_file_->dropped(), {{"log", "audit"}});
  if (!webhook_) return;
  writer.Value(webhook_->lost(), {{"log", "audit-webhook"}});
  writer.Family("penstock_audit_webhook_delivered_total", "counter", "Lines that were taken.");
  writer.Value(webhook_->delivered());
  writer.Family("penstock_audit_webhook_failed_attempts_total", "counter", "Attempts that failed.");
  writer.Value(webhook_->failed());
  writer.Family("penstock_audit_webhook_waiting_bytes", "gauge", "Lines that wait to be taken.");
  writer.Value(webhook_->waiting_bytes());
}

}  // namespace penstock::admin
