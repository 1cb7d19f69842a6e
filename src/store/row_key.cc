// SPDX-License-Identifier: Apache-2.0
#include "store/row_key.h"

namespace penstock::store::row_key {
namespace {

constexpr size_t kObjectHead = 1 + 8;  // 'o' bucket

std::string WithNumber(char kind, uint64_t number) {
  std::string row(1, kind);
  for (int shift = 56; shift >= 0; shift -= 8) row.push_back(static_cast<char>(number >> shift));
  return row;
}

// 00 becomes 00 FF, so that 00 01 can end the key: a key then sorts before every longer one that
// begins with it, whatever follows.
void AppendEscaped(std::string& row, std::string_view key) {
  for (char c : key) {
    row.push_back(c);
    if (c == '\0') row.push_back('\xFF');
  }
}

}  // namespace

std::string Meta(std::string_view name) { return "m" + std::string(name); }
std::string Bucket(std::string_view name) { return "b" + std::string(name); }
std::string ObjectPrefix(uint64_t bucket) { return WithNumber('o', bucket); }

std::string Object(uint64_t bucket, std::string_view key) {
  return WithNumber('o', bucket).append(key);
}

std::string Content(uint64_t content) { return WithNumber('c', content); }
std::string File(uint64_t file) { return WithNumber('f', file); }
std::string UploadPrefix(uint64_t bucket) { return WithNumber('u', bucket); }

std::string UploadKeyPrefix(uint64_t bucket, std::string_view key_prefix) {
  std::string row = WithNumber('u', bucket);
  AppendEscaped(row, key_prefix);
  return row;
}

std::string Upload(uint64_t bucket, std::string_view key, std::string_view upload_id) {
  std::string row = UploadKeyPrefix(bucket, key);
  row.append("\x00\x01", 2);
  return row.append(upload_id);
}

std::string PartPrefix(uint64_t upload) { return WithNumber('p', upload); }

std::string Part(uint64_t upload, int number) {
  std::string row = PartPrefix(upload);
  row.push_back(static_cast<char>(number >> 8));
  row.push_back(static_cast<char>(number));
  return row;
}

std::string_view KeyOfObject(std::string_view row) { return row.substr(kObjectHead); }
std::string_view NameOfBucket(std::string_view row) { return row.substr(1); }

int NumberOfPart(std::string_view row) {
  auto high = static_cast<uint8_t>(row[row.size() - 2]);
  auto low = static_cast<uint8_t>(row[row.size() - 1]);
  return high << 8 | low;
}

std::optional<UploadName> NameOfUpload(std::string_view row) {
  if (row.size() < kObjectHead) return std::nullopt;
  UploadName name;
  for (size_t i = kObjectHead; i + 1 < row.size(); ++i) {
    if (row[i] != '\0') {
      name.key.push_back(row[i]);
    } else if (row[i + 1] == '\xFF') {
      name.key.push_back(row[i++]);
    } else if (row[i + 1] == '\x01') {
      name.upload_id = std::string(row.substr(i + 2));
      return name;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
  return end;
}

}  // namespace penstock::store::row_key
