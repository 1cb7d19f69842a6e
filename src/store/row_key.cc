// SPDX-License-Identifier: Apache-2.0
#include "store/row_key.h"

namespace penstock::store::row_key {
namespace {

constexpr size_t kObjectHead = 1 + 8;  // 'o' bucket

void AppendNumber(std::string& row, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) row.push_back(static_cast<char>(number >> shift));
}

std::string WithNumber(char kind, uint64_t number) {
  std::string row(1, kind);
  AppendNumber(row, number);
  return row;
}

uint64_t NumberAt(std::string_view row, size_t offset) {
  uint64_t number = 0;
  for (char c : row.substr(offset, 8)) number = number << 8 | static_cast<uint8_t>(c);
  return number;
}

// 00 becomes 00 FF, so that 00 01 can end the key: a key then sorts before every longer one that
// begins with it, whatever follows.
std::string WithEscaped(char kind, uint64_t bucket, std::string_view key) {
  std::string row = WithNumber(kind, bucket);
  row.reserve(row.size() + key.size() + 16);
  for (char c : key) {
    row.push_back(c);
    if (c == '\0') row.push_back('\xFF');
  }
  return row;
}

constexpr std::string_view kKeyEnd("\x00\x01", 2);

// Takes a key that was escaped and ended apart from what follows it, which is returned.
std::optional<std::string_view> TakeEscaped(std::string_view row, std::string& key) {
  for (size_t i = kObjectHead; i + 1 < row.size(); ++i) {
    if (row[i] != '\0') {
      key.push_back(row[i]);
    } else if (row[i + 1] == '\xFF') {
      key.push_back(row[i++]);
    } else if (row[i + 1] == '\x01') {
      return row.substr(i + 2);
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
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
std::string FilePrefix() { return "f"; }
std::string Adoption(uint64_t file) { return WithNumber('a', file); }
std::string AdoptionPrefix() { return "a"; }
std::string UploadPrefix(uint64_t bucket) { return WithNumber('u', bucket); }

std::string UploadKeyPrefix(uint64_t bucket, std::string_view key_prefix) {
  return WithEscaped('u', bucket, key_prefix);
}

std::string Upload(uint64_t bucket, std::string_view key, std::string_view upload_id) {
  return WithEscaped('u', bucket, key).append(kKeyEnd).append(upload_id);
}

std::string VersionPrefix(uint64_t bucket) { return WithNumber('v', bucket); }

std::string VersionKeyPrefix(uint64_t bucket, std::string_view key_prefix) {
  return WithEscaped('v', bucket, key_prefix);
}

std::string VersionsOfKey(uint64_t bucket, std::string_view key) {
  return WithEscaped('v', bucket, key).append(kKeyEnd);
}

std::string Version(uint64_t bucket, std::string_view key, uint64_t sequence) {
  std::string row = VersionsOfKey(bucket, key);
  AppendNumber(row, ~sequence);
  return row;
}

std::string NullVersion(uint64_t bucket, std::string_view key) {
  return WithNumber('n', bucket).append(key);
}

std::string EndedUpload(uint64_t upload) { return WithNumber('e', upload); }
std::string Usage(uint64_t bucket) { return WithNumber('s', bucket); }
std::string Document(std::string_view name) { return "d" + std::string(name); }

std::string PartPrefix(uint64_t upload) { return WithNumber('p', upload); }

std::string Part(uint64_t upload, int number) {
  std::string row = PartPrefix(upload);
  row.push_back(static_cast<char>(number >> 8));
  row.push_back(static_cast<char>(number));
  return row;
}

std::string_view KeyOfObject(std::string_view row) { return row.substr(kObjectHead); }
std::string_view NameOfBucket(std::string_view row) { return row.substr(1); }
std::string_view NameOfDocument(std::string_view row) { return row.substr(1); }
uint64_t BucketOf(std::string_view row) { return NumberAt(row, 1); }

uint64_t NumberOf(std::string_view row) {
  if (row.size() < 9) return 0;
  uint64_t number = 0;
  for (char c : row.substr(1, 8)) number = number << 8 | static_cast<uint8_t>(c);
  return number;
}

int NumberOfPart(std::string_view row) {
  auto high = static_cast<uint8_t>(row[row.size() - 2]);
  auto low = static_cast<uint8_t>(row[row.size() - 1]);
  return high << 8 | low;
}

std::optional<UploadName> NameOfUpload(std::string_view row) {
  UploadName name;
  auto rest = TakeEscaped(row, name.key);
  if (!rest) return std::nullopt;
  name.upload_id = std::string(*rest);
  return name;
}

std::optional<VersionName> NameOfVersion(std::string_view row) {
  VersionName name;
  auto rest = TakeEscaped(row, name.key);
  if (!rest || rest->size() != 8) return std::nullopt;
  name.sequence = ~NumberAt(*rest, 0);
  return name;
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
  return end;
}

}  // namespace penstock::store::row_key
