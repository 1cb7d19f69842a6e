// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "s3/request_record.h"
#include "sys/line_file.h"

namespace penstock::admin {

// One request as a line of JSON, without what was not said. No secrets: see RequestRecord.
std::string FormatRecord(const s3::RequestRecord& record);

// Whether a request changed, or tried to change, what others rely on: policies, users, keys, locks,
// settings of buckets; or removed something, or asked to bypass governance.
bool IsAudited(const s3::RequestRecord& record);

// Writes every request. The file must outlive it.
class AccessLog final : public s3::RequestObserver {
 public:
  explicit AccessLog(sys::LineFile& file) : file_(file) {}
  void Began() override {}
  void Ended(const s3::RequestRecord& record) override { file_.Write(FormatRecord(record)); }

 private:
  sys::LineFile& file_;
};

// Writes the audited ones.
class AuditLog final : public s3::RequestObserver {
 public:
  explicit AuditLog(sys::LineFile& file) : file_(file) {}
  void Began() override {}
  void Ended(const s3::RequestRecord& record) override {
    if (IsAudited(record)) file_.Write(FormatRecord(record));
  }

 private:
  sys::LineFile& file_;
};

}  // namespace penstock::admin
