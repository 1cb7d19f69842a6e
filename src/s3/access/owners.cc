// SPDX-License-Identifier: Apache-2.0
#include "s3/access/owners.h"

#include "iam/root_principal.h"

namespace penstock::s3 {
namespace {
constexpr std::string_view kRootName = "penstock";
}  // namespace

Owner Owners::Of(std::string_view stored) const {
  std::string id = CanonicalId(stored);
  auto known = Find(id);
  return known ? *std::move(known) : Owner{id, id};
}

std::optional<Owner> Owners::Find(std::string_view canonical_id) const {
  if (canonical_id == iam::RootCanonicalId()) {
    return Owner{std::string(canonical_id), std::string(kRootName)};
  }
  if (!users_) return std::nullopt;
  auto name = users_(canonical_id);
  if (!name) return std::nullopt;
  return Owner{std::string(canonical_id), *std::move(name)};
}

std::string StoredOwner(const iam::Principal* principal) {
  if (principal == nullptr || principal->canonical_id == iam::RootCanonicalId()) return "";
  return principal->canonical_id;
}

std::string CanonicalId(std::string_view stored) {
  return stored.empty() ? iam::RootCanonicalId() : std::string(stored);
}

void WriteOwner(std::string_view element, const Owner& owner, text::XmlWriter& xml) {
  xml.Open(element).Text("ID", owner.id).Text("DisplayName", owner.display_name).Close();
}

}  // namespace penstock::s3
