// SPDX-License-Identifier: Apache-2.0
#include "store/record_codec.h"

#include "crypto/checksum.h"

namespace penstock::store {

using base::Code;
using base::Fail;

void RecordWriter::Varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) Byte(static_cast<uint8_t>(value | 0x80));
  Byte(static_cast<uint8_t>(value));
}

void RecordWriter::Fixed32(uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) Byte(static_cast<uint8_t>(value >> shift));
}

void RecordWriter::Signed64(int64_t value) {
  for (int shift = 0; shift < 64; shift += 8) {
    Byte(static_cast<uint8_t>(static_cast<uint64_t>(value) >> shift));
  }
}

void RecordWriter::Text(std::string_view text) {
  Varint(text.size());
  text_.append(text);
}

uint64_t RecordReader::LongVarint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    uint8_t byte = Byte();
    if (failed_) return 0;
    // The tenth byte has room for one bit only; a last byte of zero would be a longer form.
    if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0)) break;
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  failed_ = true;
  return 0;
}

uint32_t RecordReader::Fixed32() {
  std::string_view taken = Take(4);
  uint32_t value = 0;
  for (size_t i = 0; i < taken.size(); ++i) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(taken[i])) << (8 * i);
  }
  return value;
}

int64_t RecordReader::Signed64() {
  uint64_t low = Fixed32();
  uint64_t high = Fixed32();
  return failed_ ? 0 : static_cast<int64_t>(high << 32 | low);
}

size_t RecordReader::Count(size_t least_bytes) {
  uint64_t count = Varint();
  if (count > rest_.size() / least_bytes) {
    failed_ = true;
    return 0;
  }
  return count;
}

base::Status RecordReader::Finish(std::string_view record_name) const {
  if (failed_ || !rest_.empty()) {
    return Fail(Code::kDataLoss, "malformed " + std::string(record_name) + " record");
  }
  return {};
}

void Seal(std::string_view row_key, std::string& record) {
  RecordWriter sum;
  sum.Fixed32(crypto::Crc32c(record, crypto::Crc32c(row_key)));
  record += sum.Take();
}

base::Result<std::string_view> Unsealed(std::string_view row_key, std::string_view value) {
  if (value.size() < 4) return Fail(Code::kDataLoss, "a row of the index is cut short");
  std::string_view record = value.substr(0, value.size() - 4);
  RecordReader sum(value.substr(record.size()));
  if (sum.Fixed32() != crypto::Crc32c(record, crypto::Crc32c(row_key))) {
    return Fail(Code::kDataLoss, "a row of the index does not match its checksum");
  }
  return record;
}

base::Status Unseal(std::string_view row_key, std::string& value) {
  PENSTOCK_TRY(std::string_view record, Unsealed(row_key, value));
  value.resize(record.size());
  return {};
}

}  // namespace penstock::store
