// SPDX-License-Identifier: Apache-2.0
#include "admin/test_admin.h"

#include <cstdlib>
#include <filesystem>

#include "admin/routes.h"
#include "admin/s3_address_handler.h"
#include "base/check.h"
#include "net/recorded_response.h"
#include "text/url.h"

namespace penstock::admin {
namespace {

constexpr int64_t kStartMicros = 1'795'421'350'000'000;  // 2026-11-23T08:09:10Z

std::string MakeDirectory() {
  std::string pattern = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
  pattern += "/penstock-admin-test-XXXXXX";
  return ::mkdtemp(pattern.data());
}

}  // namespace

std::string TestAnswer::ErrorCode() const {
  auto json = text::ParseJson(body);
  const text::Json* error = json ? json->Find("error") : nullptr;
  return error != nullptr ? error->StringOr("code", "") : "";
}

TestAdmin::TestAdmin()
    : directory_(MakeDirectory()),
      clock_(base::FromMicros(kStartMicros)),
      files_(sys::MakePosixFileSystem()),
      identities_(iam::Identities::Open({kTestRoot.access_key, kTestRoot.secret_key}, "",
                                        identity_storage_, clock_, random_)
                      .value()),
      credentials_({kTestRoot.access_key, kTestRoot.secret_key}, clock_, random_,
                   {identities_.get()}),
      api_tokens_(identities_->key(), credentials_, clock_, random_) {
  store::StoreOptions options;
  options.directory = directory_ + "/store";
  options.master_keys = &master_keys_;
  store_ = std::move(store::ObjectStore::Open(options, *files_, clock_, random_, logger_).value());
  s3_ = s3::MakeS3Handler({}, *store_, credentials_, clock_, logger_);
  notifier_ = events::Notifier::Open({}, *files_, logger_).value();
  usage_history_ = std::make_unique<UsageHistory>(UsageHistoryOptions{}, *store_, clock_, logger_);
  ServerFacts facts{"0.0.1", "abc", "us-east-1", base::FromMicros(kStartMicros)};
  services_ = std::make_unique<Services>(Services{
      *store_, credentials_, *identities_, metrics_, *notifier_, clock_, logger_, facts, trace_,
      logs_, text::ParseJson(R"({"region":"us-east-1"})").value(), *usage_history_, api_tokens_});
  observers_.Add(metrics_);
  observers_.Add(trace_);
  admin_ = MakeAdminHandler(*services_, &observers_);
  handler_ = MakeS3AddressHandler(*services_, {}, *admin_, *s3_);
}

TestAdmin::~TestAdmin() {
  handler_.reset();
  admin_.reset();
  s3_.reset();
  usage_history_.reset();
  store_.reset();
  std::filesystem::remove_all(directory_);
}

net::ClientRequest TestAdmin::Signed(const std::string& method, const std::string& path,
                                     const std::string& body, const SigningKeys& keys) {
  net::ClientRequest request;
  request.method = method;
  request.url = "http://127.0.0.1:9000" + std::string(kPathPrefix) + path;
  request.body = body;
  PENSTOCK_CHECK(SignRequest(request, keys, clock_.Now()).has_value());
  return request;
}

TestAnswer TestAdmin::Deliver(const net::ClientRequest& sent) {
  clock_.Advance(std::chrono::milliseconds(1));
  text::Url url = text::ParseUrl(sent.url).value();
  base::StringSource source(sent.body);
  net::Request request;
  request.head.method = sent.method;
  request.head.path = url.path;
  request.head.query = url.query;
  request.head.target = url.path + (url.query.empty() ? "" : "?" + url.query);
  request.head.headers = sent.headers;
  request.head.headers.Set("Host", "127.0.0.1:9000");
  request.head.content_length = sent.body.size();
  request.body = &source;
  request.peer = "127.0.0.1:1";
  request.id = "0123456789abcdef";
  net::RecordedResponse response;
  handler_->Handle(request, response);
  return {response.status, std::move(response.body)};
}

TestAnswer TestAdmin::Send(const std::string& method, const std::string& path,
                           const text::Json& body, const SigningKeys& keys) {
  return Deliver(Signed(method, path, body.is_null() ? "" : text::FormatJson(body), keys));
}

}  // namespace penstock::admin
