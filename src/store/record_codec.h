// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::store {

// Builds the text of a record (docs/formats/store.md, "Records").
class RecordWriter {
 public:
  void Byte(uint8_t value) { text_.push_back(static_cast<char>(value)); }
  void Varint(uint64_t value);       // base 128, least significant group first
  void Fixed32(uint32_t value);      // little-endian
  void Signed64(int64_t value);      // eight bytes, little-endian, two's complement
  void Text(std::string_view text);  // Varint length, then the bytes
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

// Takes a record apart. Never reads outside the text; the first wrong or missing field makes every
// later one zero or empty and Finish() fail.
class RecordReader {
 public:
  explicit RecordReader(std::string_view text) : rest_(text) {}

  uint8_t Byte() {
    std::string_view taken = Take(1);
    return taken.empty() ? uint8_t{0} : static_cast<uint8_t>(taken[0]);
  }
  uint64_t Varint() {
    bool short_one = !failed_ && !rest_.empty() && static_cast<uint8_t>(rest_[0]) < 0x80;
    return short_one ? Byte() : LongVarint();
  }
  uint32_t Fixed32();
  int64_t Signed64();
  // Points into the record.
  std::string_view Text() { return Take(Varint()); }
  // A count of things that take at least `least_bytes` each, so that a wrong one cannot make the
  // caller reserve more memory than the record itself has.
  size_t Count(size_t least_bytes);
  void Reject() { failed_ = true; }
  bool failed() const { return failed_; }
  // kDataLoss where a field was wrong or bytes are left over.
  base::Status Finish(std::string_view record_name) const;

 private:
  // Listings read a dozen fields a row, so this is to be found by the compiler.
  std::string_view Take(size_t count) {
    if (failed_ || rest_.size() < count) {
      failed_ = true;
      return {};
    }
    std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  uint64_t LongVarint();

  std::string_view rest_;
  bool failed_ = false;
};

// A row's value is the record and then a CRC-32C of the row's key and the record, so that neither a
// flipped bit nor a value that got under another key is taken for good.
void Seal(std::string_view row_key, std::string& record);
// The record within such a value; kDataLoss where the checksum does not match.
base::Result<std::string_view> Unsealed(std::string_view row_key, std::string_view value);
// Cuts the checksum off again, or fails in the same way.
base::Status Unseal(std::string_view row_key, std::string& value);

}  // namespace penstock::store
