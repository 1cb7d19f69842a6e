// SPDX-License-Identifier: Apache-2.0
#include "store/drives/heal_row.h"

#include "store/record_codec.h"
#include "store/row_key.h"

namespace penstock::store {

constexpr uint8_t kVersion = 1;

std::string HealRow::Key(uint64_t file) {
  std::string row = row_key::File(file);
  row[0] = 'q';
  return row;
}

std::string HealRow::Text() {
  RecordWriter out;
  out.Byte(kVersion);
  return out.Take();
}

uint64_t HealRow::FileOf(std::string_view row) {
  uint64_t file = 0;
  for (char c : row.substr(1)) file = file << 8 | static_cast<uint8_t>(c);
  return file;
}

std::string ProgressRow::ScanKey() { return row_key::Meta("scan"); }
std::string ProgressRow::ScannedKey() { return row_key::Meta("scanned"); }
std::string ProgressRow::FillKey(int position) {
  return row_key::Meta("fill" + std::to_string(position));
}

std::string ProgressRow::Encode() const {
  RecordWriter out;
  out.Byte(kVersion);
  out.Varint(next_file);
  return out.Take();
}

ProgressRow ProgressRow::Decode(std::string_view text) {
  RecordReader in(text);
  ProgressRow progress;
  if (in.Byte() != kVersion) in.Reject();
  progress.next_file = in.Varint();
  if (!in.Finish("progress")) return {};
  return progress;
}

}  // namespace penstock::store
