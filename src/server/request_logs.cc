// SPDX-License-Identifier: Apache-2.0
#include "server/request_logs.h"

namespace penstock::server {

base::Status RequestLogs::Open(const RequestLogFiles& files, base::Logger& logger,
                               admin::Observers& observers) {
  if (!files.access.empty()) {
    PENSTOCK_TRY(access_file_,
                 sys::LineFile::Open(files.access, sys::LineFile::WhenFull::kDrop, logger));
    access_ = std::make_unique<admin::AccessLog>(*access_file_);
    observers.Add(*access_);
  }
  if (!files.audit.empty()) {
    PENSTOCK_TRY(audit_file_,
                 sys::LineFile::Open(files.audit, sys::LineFile::WhenFull::kWait, logger));
    audit_ = std::make_unique<admin::AuditLog>(*audit_file_);
    observers.Add(*audit_);
  }
  return {};
}

void RequestLogs::Reopen() {
  if (access_file_) access_file_->Reopen();
  if (audit_file_) audit_file_->Reopen();
}

}  // namespace penstock::server
