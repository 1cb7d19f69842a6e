// SPDX-License-Identifier: Apache-2.0
#include "server/store_task_keys.h"

#include <utility>

#include "server/store_artifacts.h"

namespace penstock::server {
namespace {

// Of a task without a timeout. Its keys cannot be renewed in its environment, and are revoked when
// it ends; this is for an end that nobody sees.
constexpr std::chrono::hours kLongest{7 * 24};
// A task that is ended because of its timeout may take a while to notice.
constexpr std::chrono::hours kBeyondTimeout{1};

class IssuedKeys final : public executor::TaskKeys {
 public:
  IssuedKeys(iam::CredentialStore& credentials, iam::PrincipalPtr principal,
             const std::string& endpoint, const std::string& region)
      : credentials_(credentials),
        principal_(std::move(principal)),
        endpoint_(endpoint),
        region_(region) {}
  ~IssuedKeys() override { credentials_.Revoke(principal_->key.access_key); }

  executor::Variables variables() const override {
    return {{"AWS_ACCESS_KEY_ID", principal_->key.access_key},
            {"AWS_SECRET_ACCESS_KEY", principal_->key.secret_key},
            {"AWS_SESSION_TOKEN", principal_->session_token},
            {"AWS_ENDPOINT_URL", endpoint_},
            {"AWS_ENDPOINT_URL_S3", endpoint_},
            // The one name is for newer clients, the other for boto3.
            {"AWS_REGION", region_},
            {"AWS_DEFAULT_REGION", region_}};
  }

 private:
  iam::CredentialStore& credentials_;
  const iam::PrincipalPtr principal_;
  const std::string endpoint_;
  const std::string region_;
};

void AddPrefixes(const std::vector<std::string>& uris, std::vector<std::string>& prefixes) {
  for (const std::string& uri : uris) {
    auto place = ParseArtifactUri(uri);
    if (!place) continue;
    prefixes.push_back(place->key.empty() ? place->bucket : place->bucket + "/" + place->key);
  }
}

}  // namespace

std::unique_ptr<executor::TaskKeys> StoreTaskKeys::Issue(const executor::TaskReach& reach) {
  iam::Grant grant;
  AddPrefixes(reach.inputs, grant.read_prefixes);
  AddPrefixes(reach.outputs, grant.read_prefixes);
  AddPrefixes(reach.outputs, grant.write_prefixes);
  base::Duration lifetime = kLongest;
  // A timeout may be any number.
  if (reach.timeout && *reach.timeout < kLongest) lifetime = *reach.timeout + kBeyondTimeout;
  return std::make_unique<IssuedKeys>(
      credentials_, credentials_.IssueTemporary(std::move(grant), lifetime), endpoint_, region_);
}

}  // namespace penstock::server
