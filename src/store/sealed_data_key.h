// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "store/encryption_types.h"
#include "store/record_codec.h"

namespace penstock::store {

// The key that a version's bytes, or an upload's parts, are encrypted with, as the record keeps it:
// sealed with another.
struct SealedDataKey {
  EncryptionKind kind = EncryptionKind::kNone;  // then there is none
  std::string key_name;                         // of the ring; "" with a customer's key
  int key_version = 0;
  std::map<std::string, std::string> context;
  std::string sealed;
  // Vouches for which parts there are and in what order (SealLayout); "" where the object came in
  // one piece, or the customer did not show the key when its parts were put together.
  std::string layout;

  bool encrypted() const { return kind != EncryptionKind::kNone; }
  EncryptionInfo ToInfo() const { return {kind, key_name, context, {}}; }
};

namespace record_field {

// A single zero byte where there is none.
void WriteSealedDataKey(RecordWriter& out, const SealedDataKey& key);
SealedDataKey ReadSealedDataKey(RecordReader& in);

}  // namespace record_field

}  // namespace penstock::store
