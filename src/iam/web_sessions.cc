// SPDX-License-Identifier: Apache-2.0
#include "iam/web_sessions.h"

#include <utility>

#include "base/check.h"
#include "base/encoding.h"

namespace penstock::iam {

std::string WebSessions::Add(PrincipalPtr keys) {
  PENSTOCK_CHECK(keys->expires_at.has_value());
  std::string id = base::HexEncode(random_.Bytes(32));
  base::Time now = clock_.Now();
  std::lock_guard lock(mutex_);
  while (!by_end_.empty() && (by_end_.begin()->first <= now || sessions_.size() >= kMost)) {
    sessions_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
  by_end_.emplace(*keys->expires_at, id);
  sessions_.emplace(id, std::move(keys));
  return id;
}

PrincipalPtr WebSessions::Find(std::string_view id) const {
  std::lock_guard lock(mutex_);
  auto found = sessions_.find(id);
  if (found == sessions_.end() || *found->second->expires_at <= clock_.Now()) return nullptr;
  return found->second;
}

void WebSessions::Remove(std::string_view id) {
  std::lock_guard lock(mutex_);
  auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  auto [first, last] = by_end_.equal_range(*found->second->expires_at);
  for (auto at = first; at != last; ++at) {
    if (at->second != id) continue;
    by_end_.erase(at);
    break;
  }
  sessions_.erase(found);
}

}  // namespace penstock::iam
