// SPDX-License-Identifier: Apache-2.0
#include "store/sealed_data_key.h"

#include "keys/key_ring.h"
#include "store/record_fields.h"

namespace penstock::store::record_field {
namespace {

// How bytes are encrypted with the key: AES-256-GCM in packages of 64 KiB (package_cipher.h).
constexpr uint8_t kScheme = 1;
constexpr uint64_t kMaxVersion = 1'000'000;

}  // namespace

void WriteSealedDataKey(RecordWriter& out, const SealedDataKey& key) {
  out.Byte(static_cast<uint8_t>(key.kind));
  if (!key.encrypted()) return;
  out.Byte(kScheme);
  if (key.kind == EncryptionKind::kNamedKey) {
    out.Text(key.key_name);
    WriteMap(out, key.context);
  }
  if (key.kind != EncryptionKind::kCustomerKey) {
    out.Varint(static_cast<uint64_t>(key.key_version));
  }
  out.Text(key.sealed);
  out.Text(key.layout);
}

SealedDataKey ReadSealedDataKey(RecordReader& in) {
  SealedDataKey key;
  key.kind =
      static_cast<EncryptionKind>(ReadByte(in, static_cast<uint8_t>(EncryptionKind::kCustomerKey)));
  if (!key.encrypted()) return key;
  if (in.Byte() != kScheme) in.Reject();
  if (key.kind == EncryptionKind::kNamedKey) {
    key.key_name = std::string(in.Text());
    key.context = ReadMap(in);
  } else if (key.kind == EncryptionKind::kServerKey) {
    key.key_name = std::string(keys::kStoreKey);
  }
  if (key.kind != EncryptionKind::kCustomerKey) {
    uint64_t version = in.Varint();
    if (version < 1 || version > kMaxVersion) in.Reject();
    key.key_version = in.failed() ? 0 : static_cast<int>(version);
  }
  key.sealed = std::string(in.Text());
  key.layout = std::string(in.Text());
  return key;
}

}  // namespace penstock::store::record_field
