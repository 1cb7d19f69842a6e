// SPDX-License-Identifier: Apache-2.0
#include "s3/test_service.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "s3/sigv4.h"

namespace penstock::s3 {
namespace {

constexpr char kRootKey[] = "ROOTKEY";
constexpr char kRootSecret[] = "root-secret";
constexpr int64_t kStartMicros = 1'795'421'350'000'000;  // 2026-11-23T08:09:10Z

// Keeps what was written, and checks that the handler keeps to the rules of a ResponseWriter.
class RecordedResponse final : public net::ResponseWriter {
 public:
  explicit RecordedResponse(TestResponse& out) : out_(out) {}
  base::Status Start(int status, const net::Headers& headers,
                     std::optional<uint64_t> content_length) override {
    started_ = true;
    out_.status = status;
    out_.headers = headers;
    out_.content_length = content_length;
    return {};
  }
  base::Status Write(std::string_view bytes) override {
    out_.body.append(bytes);
    return {};
  }
  bool started() const override { return started_; }
  void Abort() override { out_.aborted = true; }

 private:
  TestResponse& out_;
  bool started_ = false;
};

std::string MakeDirectory() {
  // In memory where there is room: what these tests show does not depend on the disk.
  std::string pattern = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
  pattern += "/penstock-s3-test-XXXXXX";
  return ::mkdtemp(pattern.data());
}

net::RequestHead MakeHead(const std::string& method, const std::string& target) {
  net::RequestHead head;
  head.method = method;
  head.target = target;
  size_t question = target.find('?');
  head.path = target.substr(0, question);
  if (question != std::string::npos) head.query = target.substr(question + 1);
  return head;
}

std::string JoinNames(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ";") + name;
  return joined;
}

std::string Sign(const net::RequestHead& head, const std::vector<std::string>& names,
                 std::string_view hash, const std::string& amz_date, const CredentialScope& scope,
                 std::string_view secret) {
  auto query = text::Query::Parse(head.query);
  auto canonical = CanonicalRequest(head, *query, names, hash);
  return Signature(SigningKey(secret, scope), StringToSign(amz_date, scope, *canonical));
}

}  // namespace

std::string TestResponse::ErrorCode() const {
  if (headers.Has("x-minio-error-code")) return Header("x-minio-error-code");
  auto xml = text::ParseXml(body);
  return xml && xml->name == "Error" ? xml->ChildText("Code") : "";
}

text::XmlElement TestResponse::Xml() const {
  auto xml = text::ParseXml(body);
  return xml ? std::move(*xml) : text::XmlElement{};
}

TestService::TestService(const S3Options& options)
    : directory_(MakeDirectory()),
      clock_(base::FromMicros(kStartMicros)),
      files_(sys::MakePosixFileSystem()),
      credentials_({kRootKey, kRootSecret}, clock_, random_, {&users_}) {
  store::StoreOptions store_options;
  store_options.directory = directory_ + "/store";
  store_options.master_keys = &master_keys_;
  store_ =
      std::move(store::ObjectStore::Open(store_options, *files_, clock_, random_, logger_).value());
  S3Options with_users = options;
  with_users.user_names = [this](std::string_view id) -> std::optional<std::string> {
    for (const auto& [name, user] : users_.by_name) {
      if (user->canonical_id == id) return name;
    }
    return std::nullopt;
  };
  handler_ = MakeS3Handler(with_users, *store_, credentials_, clock_, logger_);
}

TestService::~TestService() {
  handler_.reset();
  store_.reset();
  std::filesystem::remove_all(directory_);
}

TestResponse TestService::Deliver(net::RequestHead head, std::string_view body, bool tls) {
  clock_.Advance(std::chrono::milliseconds(1));
  base::StringSource source(body);
  net::Request request;
  request.head = std::move(head);
  request.body = &source;
  request.tls = tls;
  if (tls) request.tls_version = "1.3";
  request.peer = "127.0.0.1:1";
  request.id = "0123456789abcdef";
  TestResponse response;
  RecordedResponse writer(response);
  handler_->Handle(request, writer);
  return response;
}

base::Result<iam::PrincipalPtr> TestService::Users::Find(std::string_view access_key,
                                                         std::string_view) const {
  auto found = by_name.find(access_key);
  if (found != by_name.end()) return found->second;
  return base::Fail(base::Code::kUnauthenticated, iam::kUnknownKey, "no such key");
}

const iam::Principal& TestService::AddUser(const std::string& name, const std::string& policy) {
  auto user = std::make_shared<iam::Principal>();
  user->key = {name, "secret-of-" + name};
  user->kind = iam::PrincipalKind::kUser;
  user->user = name;
  user->arn = iam::UserArn(name);
  user->canonical_id = base::HexEncode(crypto::Sha256(name));
  if (!policy.empty()) {
    user->policies.push_back(iam::ParsePolicy(policy, iam::PolicyKind::kIdentity).value());
  }
  users_.by_name[name] = user;
  return *user;
}

TestResponse TestService::SendUnsigned(std::string method, std::string target, std::string body,
                                       std::vector<std::pair<std::string, std::string>> headers) {
  net::RequestHead head = MakeHead(method, target);
  head.content_length = body.size();
  for (const auto& [name, value] : headers) head.headers.Add(name, value);
  if (!head.headers.Has("host")) head.headers.Add("Host", "127.0.0.1:9000");
  return Deliver(std::move(head), body);
}

TestResponse TestService::Send(const TestRequest& request) {
  net::RequestHead head = MakeHead(request.method, request.target);
  if (request.with_length) head.content_length = request.body.size();
  std::string amz_date = base::FormatAmzDate(clock_.Now() + request.skew);
  for (const auto& [name, value] : request.headers) head.headers.Add(name, value);
  if (!head.headers.Has("host")) head.headers.Add("Host", "127.0.0.1:9000");
  head.headers.Add("x-amz-date", amz_date);
  head.headers.Add("x-amz-content-sha256", request.content_sha256);
  iam::AccessKey key{kRootKey, kRootSecret};
  if (request.principal != nullptr) {
    key = request.principal->key;
    if (!request.principal->session_token.empty()) {
      head.headers.Add("x-amz-security-token", request.principal->session_token);
    }
  }
  std::vector<std::string> names;
  for (const auto& [name, value] : head.headers.items()) names.push_back(base::ToLower(name));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  CredentialScope scope{amz_date.substr(0, 8), request.region, "s3"};
  std::string signature =
      Sign(head, names, request.content_sha256, amz_date, scope, key.secret_key);
  head.headers.Add("Authorization", "AWS4-HMAC-SHA256 Credential=" + key.access_key + "/" +
                                        scope.Text() + ", SignedHeaders=" + JoinNames(names) +
                                        ", Signature=" + signature);
  return Deliver(std::move(head), request.body, request.tls);
}

TestResponse TestService::SendPresigned(std::string method, std::string target,
                                        std::chrono::seconds expires, std::chrono::seconds age) {
  std::string amz_date = base::FormatAmzDate(clock_.Now() - age);
  CredentialScope scope{amz_date.substr(0, 8), "us-east-1", "s3"};
  target += std::string(target.find('?') == std::string::npos ? "?" : "&") +
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
            text::PercentEncode(std::string(kRootKey) + "/" + scope.Text()) +
            "&X-Amz-Date=" + amz_date + "&X-Amz-Expires=" + std::to_string(expires.count()) +
            "&X-Amz-SignedHeaders=host";
  net::RequestHead head = MakeHead(method, target);
  head.headers.Add("Host", "127.0.0.1:9000");
  std::string signature = Sign(head, {"host"}, "UNSIGNED-PAYLOAD", amz_date, scope, kRootSecret);
  head = MakeHead(method, target + "&X-Amz-Signature=" + signature);
  head.headers.Add("Host", "127.0.0.1:9000");
  return Deliver(std::move(head), "");
}

}  // namespace penstock::s3
