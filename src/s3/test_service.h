// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "iam/credentials.h"
#include "keys/test_keys.h"
#include "net/http.h"
#include "s3/s3_handler.h"
#include "store/object_store.h"
#include "sys/file_system.h"
#include "text/xml.h"

// What the tests of this folder share. Not part of the library.
namespace penstock::s3 {

// A response as it was written.
struct TestResponse {
  int status = 0;
  net::Headers headers;
  std::string body;
  std::optional<uint64_t> content_length;
  bool aborted = false;

  std::string Header(std::string_view name) const { return headers.GetOr(name, ""); }
  // The <Code> of an error document, or of a HEAD's header; empty where this is no error.
  std::string ErrorCode() const;
  text::XmlElement Xml() const;
};

// A request to be signed with the root's key (or another) and sent.
struct TestRequest {
  std::string method;
  std::string target;
  std::string body = "";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string content_sha256 = "UNSIGNED-PAYLOAD";
  const iam::Principal* principal = nullptr;  // the root where null
  std::string region = "us-east-1";
  std::chrono::seconds skew{0};  // of the client's clock
  bool with_length = true;
  bool tls = false;
};

// The S3 handler over a real store in a directory of its own, without a network.
class TestService {
 public:
  explicit TestService(const S3Options& options = {});
  ~TestService();

  TestResponse Send(const TestRequest& request);
  TestResponse Get(std::string target) { return Send({"GET", std::move(target)}); }
  TestResponse Put(std::string target, std::string body = "") {
    return Send({"PUT", std::move(target), std::move(body)});
  }
  TestResponse SendUnsigned(std::string method, std::string target, std::string body = "",
                            std::vector<std::pair<std::string, std::string>> headers = {});
  // As presigned by the root for `expires`, `age` ago.
  TestResponse SendPresigned(std::string method, std::string target, std::chrono::seconds expires,
                             std::chrono::seconds age);

  iam::CredentialStore& credentials() { return credentials_; }
  // A user with this policy (JSON; none where empty), who may sign requests from now on.
  const iam::Principal& AddUser(const std::string& name, const std::string& policy = "");
  base::FakeClock& clock() { return clock_; }
  keys::KeyRing& key_ring() { return *store_->key_ring(); }
  const std::string& directory() const { return directory_; }

 private:
  class Users final : public iam::KeySource {
   public:
    base::Result<iam::PrincipalPtr> Find(std::string_view access_key,
                                         std::string_view session_token) const override;
    std::map<std::string, iam::PrincipalPtr, std::less<>> by_name;
  };

  TestResponse Deliver(net::RequestHead head, std::string_view body, bool tls = false);

  std::string directory_;
  base::FakeClock clock_;
  base::SeededRandom random_{1};
  base::NullLogger logger_;
  std::unique_ptr<sys::FileSystem> files_;
  keys::MemoryMasterKeys master_keys_;
  std::unique_ptr<store::ObjectStore> store_;
  Users users_;
  iam::CredentialStore credentials_;
  std::unique_ptr<net::Handler> handler_;
};

}  // namespace penstock::s3
