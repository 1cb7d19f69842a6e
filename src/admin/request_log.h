// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "events/webhook.h"
#include "s3/request_record.h"
#include "sys/line_file.h"

namespace penstock::admin {

// One request as a line of JSON, without what was not said. No secrets: see RequestRecord.
std::string FormatRecord(const s3::RequestRecord& record);

// The same with the path and which of the server's APIs it was for: for those who watch.
std::string FormatTraced(const s3::RequestRecord& record);

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

// Posts the audited ones to a webhook, which keeps them until they are taken. It must outlive this.
class AuditHook final : public s3::RequestObserver {
 public:
  explicit AuditHook(events::Webhook& webhook) : webhook_(webhook) {}
  void Began() override {}
  void Ended(const s3::RequestRecord& record) override {
    if (IsAudited(record)) webhook_.Send(FormatRecord(record));
  }

 private:
  events::Webhook& webhook_;
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
