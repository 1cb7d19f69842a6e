// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "admin/observers.h"
#include "admin/request_log.h"
#include "base/log.h"
#include "base/result.h"
#include "sys/line_file.h"

namespace penstock::server {

// Paths; empty for none.
struct RequestLogFiles {
  std::string access;  // every request on the S3 address
  std::string audit;   // those that change or remove what others rely on
};

// The access log and the audit log, where they are wanted.
class RequestLogs {
 public:
  // Adds them to the observers, which must not outlive this.
  base::Status Open(const RequestLogFiles& files, base::Logger& logger,
                    admin::Observers& observers);
  void Reopen();

 private:
  std::unique_ptr<sys::LineFile> access_file_;
  std::unique_ptr<sys::LineFile> audit_file_;
  std::unique_ptr<admin::AccessLog> access_;
  std::unique_ptr<admin::AuditLog> audit_;
};

}  // namespace penstock::server
