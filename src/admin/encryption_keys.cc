// SPDX-License-Identifier: Apache-2.0
#include "admin/fields.h"
#include "admin/operations.h"
#include "keys/key_ring.h"

namespace penstock::admin {
namespace {

using base::Fail;
using base::Result;

text::Json Describe(const keys::KeyInfo& key) {
  text::Json json;
  json["name"] = key.name;
  json["status"] = key.enabled ? "enabled" : "disabled";
  json["default"] = key.is_default;
  json["created_at"] = base::FormatRfc3339(key.versions.front().created_at);
  json["versions"] = text::Json::Array{};
  for (const keys::KeyVersion& version : key.versions) {
    text::Json entry;
    entry["number"] = version.number;
    entry["created_at"] = base::FormatRfc3339(version.created_at);
    json["versions"].Append(std::move(entry));
  }
  json["version"] = key.versions.back().number;
  return json;
}

Result<text::Json> Described(const Result<keys::KeyInfo>& key) {
  if (!key) return Fail(key.error());
  return Describe(*key);
}

Result<keys::KeyRing*> RingOf(Call& call) {
  keys::KeyRing* ring = call.services.store.key_ring();
  if (ring != nullptr) return ring;
  return Fail(base::Code::kFailedPrecondition, "this store was opened without a master key");
}

}  // namespace

Result<text::Json> ListEncryptionKeys(Call& call) {
  PENSTOCK_TRY(keys::KeyRing * ring, RingOf(call));
  text::Json answer;
  answer["keys"] = text::Json::Array{};
  for (const keys::KeyInfo& key : ring->List()) answer["keys"].Append(Describe(key));
  answer["master_key"]["id"] = ring->master().id;
  answer["master_key"]["place"] = ring->master().place;
  return answer;
}

Result<text::Json> CreateEncryptionKey(Call& call) {
  PENSTOCK_TRY(keys::KeyRing * ring, RingOf(call));
  return Described(ring->Create(call.Param("key")));
}

Result<text::Json> GetEncryptionKey(Call& call) {
  PENSTOCK_TRY(keys::KeyRing * ring, RingOf(call));
  return Described(ring->Info(call.Param("key")));
}

Result<text::Json> RotateEncryptionKey(Call& call) {
  PENSTOCK_TRY(keys::KeyRing * ring, RingOf(call));
  return Described(ring->Rotate(call.Param("key")));
}

Result<text::Json> ChangeEncryptionKey(Call& call) {
  Fields fields(call.body);
  PENSTOCK_TRY(auto enabled, fields.OptionalBool("enabled"));
  PENSTOCK_TRY(auto make_default, fields.OptionalBool("default"));
  PENSTOCK_RETURN_IF_ERROR(fields.Finish());
  PENSTOCK_TRY(keys::KeyRing * ring, RingOf(call));
  const std::string& name = call.Param("key");
  PENSTOCK_TRY(keys::KeyInfo before, ring->Info(name));
  if (enabled) PENSTOCK_RETURN_IF_ERROR(ring->SetEnabled(name, *enabled));
  if (make_default && *make_default != before.is_default) {
    PENSTOCK_RETURN_IF_ERROR(ring->SetDefault(*make_default ? name : ""));
  }
  return GetEncryptionKey(call);
}

Result<text::Json> RotateMasterKey(Call& call) {
  PENSTOCK_TRY(keys::KeyRing * ring, RingOf(call));
  PENSTOCK_RETURN_IF_ERROR(ring->RotateMaster());
  return ListEncryptionKeys(call);
}

}  // namespace penstock::admin
