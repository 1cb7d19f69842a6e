// SPDX-License-Identifier: Apache-2.0
// The records of the store's index, as a damaged or hostile drive may hold them. The first byte
// says which kind the rest is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/drive.h"
#include "store/record_codec.h"
#include "store/records.h"
#include "store/row_key.h"

namespace {

namespace store = penstock::store;

// What is accepted has one form only, and that is what would be written. An earlier version's
// record is written anew as the same thing.
template <typename Record>
void Decode(std::string_view text) {
  auto record = Record::Decode(text);
  if (!record) return;
  std::string again = record->Encode();
  if (text[0] == again[0] && again != text) std::abort();
  auto back = Record::Decode(again);
  if (!back || back->Encode() != again) std::abort();
}

void DecodeVersionRow(std::string_view text) {
  auto name = store::row_key::NameOfVersion(text);
  if (!name || text[0] != 'v') return;
  uint64_t bucket = 0;
  for (size_t i = 1; i < 9; ++i) bucket = bucket << 8 | static_cast<uint8_t>(text[i]);
  if (store::row_key::Version(bucket, name->key, name->sequence) != text) std::abort();
}

void DecodeUploadRow(std::string_view text) {
  auto name = store::row_key::NameOfUpload(text);
  if (!name || text[0] != 'u') return;
  uint64_t bucket = 0;
  for (size_t i = 1; i < 9; ++i) bucket = bucket << 8 | static_cast<uint8_t>(text[i]);
  if (store::row_key::Upload(bucket, name->key, name->upload_id) != text) std::abort();
}

void Unseal(std::string_view text) {
  std::string value(text);
  if (store::Unseal("row", value) && value.size() + 4 != text.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 14) {
    case 0:
      Decode<store::BucketRecord>(text);
      break;
    case 1:
      Decode<store::ObjectRecord>(text);
      break;
    case 2:
      Decode<store::ContentRecord>(text);
      break;
    case 3:
      Decode<store::FileRecord>(text);
      break;
    case 4:
      Decode<store::UploadRecord>(text);
      break;
    case 5:
      Decode<store::PartRecord>(text);
      break;
    case 6:
      DecodeUploadRow(text);
      break;
    case 7:
      Unseal(text);
      break;
    case 8:
      (void)store::CheckStamp("FORMAT", text);
      break;
    case 9:
      Decode<store::NumberRecord>(text);
      break;
    case 10:
      Decode<store::DocumentRecord>(text);
      break;
    case 11:
      DecodeVersionRow(text);
      break;
    case 12:
      Decode<store::UsageRecord>(text);
      break;
    case 13:
      Decode<store::AdoptionRecord>(text);
      break;
  }
  return 0;
}
