// SPDX-License-Identifier: Apache-2.0
// What encryption is told by others: the ring of keys as a damaged drive may hold it, files of
// master keys, sealed keys of records, bucket defaults. The first byte says which.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "keys/master_key_file.h"
#include "keys/ring_text.h"
#include "s3/bucket_encryption.h"
#include "s3/encryption_headers.h"
#include "store/sealed_data_key.h"

namespace {

void Ring(std::string_view text) {
  auto ring = penstock::keys::ParseRing(text);
  if (!ring) return;
  auto again = penstock::keys::ParseRing(penstock::keys::FormatRing(*ring));
  PENSTOCK_CHECK(again.has_value());
  PENSTOCK_CHECK(again->keys.size() == ring->keys.size());
  PENSTOCK_CHECK(again->master_id == ring->master_id);
}

void SealedKey(std::string_view text) {
  using namespace penstock::store;
  RecordReader in(text);
  SealedDataKey key = record_field::ReadSealedDataKey(in);
  if (!in.Finish("key")) return;
  RecordWriter out;
  record_field::WriteSealedDataKey(out, key);
  PENSTOCK_CHECK(out.Take() == text);
}

void Bucket(std::string_view text) {
  auto encryption = penstock::s3::ParseBucketEncryption(text);
  if (!encryption) return;
  auto again =
      penstock::s3::ParseBucketEncryption(penstock::s3::FormatBucketEncryption(*encryption));
  PENSTOCK_CHECK(again && again->named_key == encryption->named_key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      Ring(text);
      break;
    case 1: {
      auto keys = penstock::keys::ParseMasterKeys(text);
      if (keys) {
        for (const auto& key : *keys) PENSTOCK_CHECK(key.size() == 32);
      }
      break;
    }
    case 2:
      SealedKey(text);
      break;
    case 3:
      Bucket(text);
      break;
    case 4:
      (void)penstock::s3::KeyNameOf(text);
      break;
  }
  return 0;
}
