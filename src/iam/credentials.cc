// SPDX-License-Identifier: Apache-2.0
#include "iam/credentials.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace penstock::iam {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kAccessKeyLetters = 20;
constexpr size_t kSecretKeyLetters = 40;
constexpr size_t kSessionTokenLetters = 64;

// 32 letters, so that five bits of a random byte choose one without bias, and none of them needs
// quoting in a URL, a header or a shell.
std::string RandomLetters(base::Random& random, size_t count) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text = random.Bytes(count);
  for (char& letter : text) letter = kLetters[static_cast<unsigned char>(letter) & 31];
  return text;
}

bool Expired(const Principal& principal, base::Time now) {
  return principal.expires_at && *principal.expires_at <= now;
}

std::string_view WithoutSlash(std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return prefix;
}

bool Covers(std::string_view prefix, std::string_view path) {
  prefix = WithoutSlash(prefix);
  return !prefix.empty() && path.starts_with(prefix) &&
         (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace

CredentialStore::CredentialStore(AccessKey root, const base::Clock& clock, base::Random& random)
    : clock_(clock), random_(random) {
  Principal principal;
  principal.grant.root = true;
  std::string name = root.access_key;
  principal.key = std::move(root);
  principals_.emplace(std::move(name), std::move(principal));
}

Result<Principal> CredentialStore::Find(std::string_view access_key) const {
  std::shared_lock lock(mutex_);
  auto found = principals_.find(access_key);
  if (found == principals_.end()) {
    return Fail(Code::kUnauthenticated, "no such access key");
  }
  if (Expired(found->second, clock_.Now())) {
    return Fail(Code::kUnauthenticated, "the access key has expired");
  }
  return found->second;
}

Principal CredentialStore::IssueTemporary(Grant grant, base::Duration lifetime) {
  base::Time now = clock_.Now();
  Principal principal;
  principal.key.access_key = RandomLetters(random_, kAccessKeyLetters);
  principal.key.secret_key = RandomLetters(random_, kSecretKeyLetters);
  principal.session_token = RandomLetters(random_, kSessionTokenLetters);
  principal.grant = std::move(grant);
  principal.expires_at = now + lifetime;
  std::unique_lock lock(mutex_);
  DropExpired(now);
  principals_.insert_or_assign(principal.key.access_key, principal);
  return principal;
}

void CredentialStore::Revoke(std::string_view access_key) {
  std::unique_lock lock(mutex_);
  auto found = principals_.find(access_key);
  if (found != principals_.end() && found->second.expires_at) principals_.erase(found);
}

// Keys of tasks that nobody revoked would pile up otherwise.
void CredentialStore::DropExpired(base::Time now) {
  std::erase_if(principals_, [&](const auto& entry) { return Expired(entry.second, now); });
}

bool Allows(const Grant& grant, Access access, std::string_view bucket, std::string_view key) {
  if (grant.root) return true;
  const auto& prefixes = access == Access::kRead ? grant.read_prefixes : grant.write_prefixes;
  std::string path(bucket);
  if (!key.empty()) path.append("/").append(key);
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return Covers(prefix, path); });
}

bool AllowsListing(const Grant& grant, std::string_view bucket, std::string_view prefix) {
  if (grant.root) return true;
  std::string path = std::string(bucket) + "/" + std::string(prefix);
  return std::any_of(grant.read_prefixes.begin(), grant.read_prefixes.end(),
                     [&](const std::string& granted) {
                       return WithoutSlash(granted).size() < path.size() && Covers(granted, path);
                     });
}

bool AllowsSomethingIn(const Grant& grant, std::string_view bucket) {
  if (grant.root) return true;
  auto in_bucket = [&](const std::string& prefix) {
    return prefix.substr(0, prefix.find('/')) == bucket;
  };
  return std::any_of(grant.read_prefixes.begin(), grant.read_prefixes.end(), in_bucket) ||
         std::any_of(grant.write_prefixes.begin(), grant.write_prefixes.end(), in_bucket);
}

}  // namespace penstock::iam
