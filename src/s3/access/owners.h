// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "iam/principal.h"
#include "text/xml.h"

namespace penstock::s3 {

// Whom S3 names as the owner of something, or gives rights to.
struct Owner {
  std::string id;  // canonical: 64 hex digits
  std::string display_name;
};

// How owners are called. Thread-safe.
class Owners {
 public:
  // The display name of a user's canonical id; nothing where there is no such user.
  using Lookup = std::function<std::optional<std::string>(std::string_view canonical_id)>;
  explicit Owners(Lookup users) : users_(std::move(users)) {}

  // An owner as the store keeps it, where "" is the root. Who is gone by now goes by his id.
  Owner Of(std::string_view stored) const;
  // Nothing where there is nobody of that id.
  std::optional<Owner> Find(std::string_view canonical_id) const;

 private:
  const Lookup users_;
};

// What the store keeps of the owner: "" for the root, and for tasks, which work for it.
std::string StoredOwner(const iam::Principal* principal);
// The canonical id of an owner as the store keeps it.
std::string CanonicalId(std::string_view stored);

// <Owner> or another element of a user.
void WriteOwner(std::string_view element, const Owner& owner, text::XmlWriter& xml);

}  // namespace penstock::s3
