// SPDX-License-Identifier: Apache-2.0
#include "s3/observed_request.h"

#include "base/encoding.h"

namespace penstock::s3 {

base::Status ObservedRequest::CountingResponse::Start(int start_status, const net::Headers& headers,
                                                      std::optional<uint64_t> content_length) {
  status = start_status;
  version_id = headers.GetOr("x-amz-version-id", "");
  return response_.Start(start_status, headers, content_length);
}

base::Status ObservedRequest::CountingResponse::Write(std::string_view text) {
  base::Status written = response_.Write(text);
  if (written) {
    bytes += text.size();
  } else {
    broken_off = true;
  }
  return written;
}

base::Result<std::optional<uint64_t>> ObservedRequest::CountingResponse::WriteFrom(
    int descriptor, uint64_t offset, uint64_t length) {
  auto taken = base::PassFileOn(response_, descriptor, offset, length);
  if (!taken) broken_off = true;
  if (taken && *taken) bytes += **taken;
  return taken;
}

base::Result<size_t> ObservedRequest::CountingResponse::WriteSome(std::string_view text) {
  auto taken = base::PassSomeOn(response_, text);
  if (!taken) broken_off = true;
  if (taken) bytes += *taken;
  return taken;
}

base::Status ObservedRequest::CountingResponse::AwaitRoom() {
  base::Status waited = base::PassWaitOn(response_);
  if (!waited) broken_off = true;
  return waited;
}

void ObservedRequest::CountingResponse::Abort() {
  broken_off = true;
  response_.Abort();
}

ObservedRequest::ObservedRequest(RequestObserver* observer, const base::Clock& clock,
                                 net::Request& request, net::ResponseWriter& response)
    : observer_(observer),
      request_(request),
      began_(clock.Now()),
      started_(std::chrono::steady_clock::now()),
      body_(*request.body),
      response_(response) {
  request_.body = &body_;
  if (observer_ != nullptr) observer_->Began();
}

ObservedRequest::~ObservedRequest() {
  request_.body = &body_.body();
  if (observer_ == nullptr) return;
  const net::Headers& headers = request_.head.headers;
  RequestRecord record;
  record.began = began_;
  record.duration = std::chrono::steady_clock::now() - started_;
  record.id = request_.id;
  record.peer = request_.peer;
  record.tls = request_.tls;
  if (const std::string* agent = headers.Find("user-agent")) record.user_agent = *agent;
  record.api = api_;
  record.method = request_.head.method;
  record.path = request_.head.path;
  record.operation = operation_;
  record.access_key = access_key_;
  record.user = user_;
  record.bucket = bucket_;
  record.key = key_;
  record.version_id = version_id_.empty() ? response_.version_id : version_id_;
  record.subject = subject_;
  record.bypass_governance =
      base::EqualsIgnoreCase(headers.GetOr("x-amz-bypass-governance-retention", ""), "true");
  record.status = response_.status;
  record.error_code = error_code_;
  record.bytes_in = body_.bytes;
  record.bytes_out = response_.bytes;
  record.broken_off = response_.broken_off;
  observer_->Ended(record);
}

void ObservedRequest::SetCaller(std::string_view access_key, std::string_view user) {
  if (observer_ == nullptr) return;
  access_key_ = access_key;
  user_ = user;
}

void ObservedRequest::SetTarget(std::string_view bucket, std::string_view key,
                                std::string_view version_id) {
  if (observer_ == nullptr) return;
  bucket_ = bucket;
  key_ = key;
  version_id_ = version_id;
}

}  // namespace penstock::s3
