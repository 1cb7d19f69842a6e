// SPDX-License-Identifier: Apache-2.0
#include "server/stored_named_values.h"

#include <utility>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "keys/sealed_box.h"
#include "text/json.h"

namespace penstock::server {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using engine::NamedKind;
using engine::ValueMap;
using text::Json;

constexpr std::string_view kPurpose = "penstock named values";
constexpr size_t kPage = 100;

std::string Prefix(NamedKind kind) {
  return kind == NamedKind::kSecret ? "values/secret/" : "values/config-map/";
}

std::string Document(NamedKind kind, std::string_view name) {
  return Prefix(kind) + std::string(name);
}

// Values may be any bytes, which JSON's texts may not.
std::string ToText(const ValueMap& values) {
  Json::Object members;
  for (const auto& [key, value] : values) members[key] = base::Base64Encode(value);
  return text::FormatJson(std::move(members));
}

Result<ValueMap> FromText(std::string_view text) {
  PENSTOCK_TRY(Json members, text::ParseJson(text));
  ValueMap values;
  for (const auto& [key, value] : members.as_object()) {
    auto bytes = base::Base64Decode(value.as_string());
    if (!bytes) return Fail(Code::kDataLoss, "a stored secret or config map is damaged");
    values[key] = std::move(*bytes);
  }
  return values;
}

}  // namespace

Result<std::optional<ValueMap>> StoredNamedValues::Get(NamedKind kind, std::string_view name) {
  const std::string document = Document(kind, name);
  PENSTOCK_TRY(std::optional<std::string> text, store_.GetDocument(document));
  if (!text) return std::optional<ValueMap>();
  PENSTOCK_TRY(Json stored, text::ParseJson(*text));
  auto sealed = base::Base64Decode(stored.StringOr("sealed", ""));
  if (!sealed) return Fail(Code::kDataLoss, "the stored " + document + " is damaged");
  PENSTOCK_TRY(crypto::Secret key,
               store_.key_ring()->Find(keys::kStoreKey,
                                       static_cast<int>(stored.IntegerOr("key_version", 0))));
  PENSTOCK_TRY(crypto::Secret opened, keys::OpenSecret(key, kPurpose, document, *sealed));
  PENSTOCK_TRY(ValueMap values, FromText(opened.bytes()));
  return std::optional<ValueMap>(std::move(values));
}

// Sealing the same twice gives different bytes, and these tell nothing of what is sealed.
Result<std::string> StoredNamedValues::Version(NamedKind kind, std::string_view name) {
  PENSTOCK_TRY(std::optional<std::string> text, store_.GetDocument(Document(kind, name)));
  return text ? base::HexEncode(crypto::Sha256(*text)) : std::string();
}

Result<std::vector<std::string>> StoredNamedValues::List(NamedKind kind) {
  const std::string prefix = Prefix(kind);
  std::vector<std::string> names;
  std::string after;
  while (true) {
    PENSTOCK_TRY(std::vector<std::string> page, store_.ListDocuments(prefix, after, kPage));
    for (const std::string& name : page) names.push_back(name.substr(prefix.size()));
    if (page.size() < kPage) return names;
    after = page.back();
  }
}

Status StoredNamedValues::Put(NamedKind kind, std::string_view name, const ValueMap& values) {
  PENSTOCK_RETURN_IF_ERROR(engine::CheckNamed(name, values));
  if (store_.key_ring() == nullptr) {
    return Fail(Code::kFailedPrecondition, "this store has no encryption keys to seal with");
  }
  auto present = Get(kind, name);
  if (present && *present && **present == values) return {};  // it stays the same version
  const std::string document = Document(kind, name);
  PENSTOCK_TRY(keys::SealingKey key, store_.key_ring()->Newest(keys::kStoreKey));
  const std::string sealed =
      keys::SealSecret(key.key, kPurpose, document, crypto::Secret::Take(ToText(values)), random_);
  Json::Object stored{{"key_version", key.version}, {"sealed", base::Base64Encode(sealed)}};
  return store_.PutDocument(document, text::FormatJson(std::move(stored)));
}

Status StoredNamedValues::Remove(NamedKind kind, std::string_view name) {
  const std::string document = Document(kind, name);
  PENSTOCK_TRY(std::optional<std::string> text, store_.GetDocument(document));
  if (text) return store_.DeleteDocument(document);
  return Fail(Code::kNotFound, "There is no " + std::string(engine::NamedKindName(kind)) + " '" +
                                   std::string(name) + "'");
}

}  // namespace penstock::server
