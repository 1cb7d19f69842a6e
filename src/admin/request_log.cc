// SPDX-License-Identifier: Apache-2.0
#include "admin/request_log.h"

#include <algorithm>
#include <array>

#include "text/json_string.h"

namespace penstock::admin {
namespace {

void AddText(std::string& line, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  line.append(",\"").append(name).append("\":");
  text::AppendJsonString(line, value);
}

void AddNumber(std::string& line, std::string_view name, uint64_t value) {
  line.append(",\"").append(name).append("\":").append(std::to_string(value));
}

void AddTrue(std::string& line, std::string_view name, bool value) {
  if (value) line.append(",\"").append(name).append("\":true");
}

// Writing data is what a store is for, and is in the access log; to ask who one is changes nothing.
constexpr std::array<std::string_view, 10> kNotAudited = {"PutObject",
                                                          "sts:GetCallerIdentity",
                                                          "CopyObject",
                                                          "PostObject",
                                                          "UploadPart",
                                                          "UploadPartCopy",
                                                          "CreateMultipartUpload",
                                                          "-",
                                                          "CompleteMultipartUpload",
                                                          "AbortMultipartUpload"};

void AddMembers(std::string& line, const s3::RequestRecord& record) {
  AddText(line, "request_id", record.id);
  AddText(line, "remote", record.peer);
  AddText(line, "access_key", record.access_key);
  AddText(line, "user", record.user);
  AddText(line, "method", record.method);
  AddText(line, "operation", record.operation);
  AddText(line, "bucket", record.bucket);
  AddText(line, "key", record.key);
  AddText(line, "version_id", record.version_id);
  AddText(line, "subject", record.subject);
  AddTrue(line, "bypass_governance", record.bypass_governance);
  AddNumber(line, "status", static_cast<uint64_t>(std::max(record.status, 0)));
  AddText(line, "error", record.error_code);
  AddNumber(line, "bytes_in", record.bytes_in);
  AddNumber(line, "bytes_out", record.bytes_out);
  AddNumber(line, "duration_us", static_cast<uint64_t>(record.duration.count() / 1000));
  AddTrue(line, "broken_off", record.broken_off);
  AddTrue(line, "tls", record.tls);
  AddText(line, "user_agent", record.user_agent);
}

}  // namespace

std::string FormatRecord(const s3::RequestRecord& record) {
  std::string line = "{\"time\":\"" + base::FormatRfc3339(record.began) + "\"";
  AddMembers(line, record);
  line.push_back('}');
  return line;
}

std::string FormatTraced(const s3::RequestRecord& record) {
  std::string line = "{\"time\":\"" + base::FormatRfc3339(record.began) + "\"";
  AddText(line, "api", record.api);
  AddText(line, "path", record.path);
  AddMembers(line, record);
  line.push_back('}');
  return line;
}
bool IsAudited(const s3::RequestRecord& record) {
  if (record.bypass_governance) return true;
  if (record.method == "GET" || record.method == "HEAD" || record.method == "OPTIONS") return false;
  return std::find(kNotAudited.begin(), kNotAudited.end(), record.operation) == kNotAudited.end();
}

}  // namespace penstock::admin
