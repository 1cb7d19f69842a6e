// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::store {

// The keys of the index's rows (docs/formats/store.md, "Rows"). Each begins with a letter that says
// what the row is; numbers are big-endian, so that byte order is number order. Buckets, contents,
// files and uploads are named by numbers that are never used twice: rows of a deleted bucket can
// never appear in a new one of the same name.
namespace row_key {

std::string Meta(std::string_view name);                    // 'm' name
std::string Bucket(std::string_view name);                  // 'b' name
std::string ObjectPrefix(uint64_t bucket);                  // 'o' bucket
std::string Object(uint64_t bucket, std::string_view key);  // 'o' bucket key: the current version
std::string Content(uint64_t content);                      // 'c' content
std::string File(uint64_t file);                            // 'f' file
std::string FilePrefix();                                   // 'f'
std::string Adoption(uint64_t file);                        // 'a' file
std::string AdoptionPrefix();                               // 'a'
std::string UploadPrefix(uint64_t bucket);                  // 'u' bucket
// 'u' bucket escaped-key: begins all uploads of keys that begin so.
std::string UploadKeyPrefix(uint64_t bucket, std::string_view key_prefix);
std::string Upload(uint64_t bucket, std::string_view key, std::string_view upload_id);
// 'v' bucket escaped-key 00 01 inverted-sequence: an older version or a delete marker; of a key,
// the newest comes first.
std::string VersionPrefix(uint64_t bucket);
std::string VersionKeyPrefix(uint64_t bucket, std::string_view key_prefix);  // as UploadKeyPrefix
std::string VersionsOfKey(uint64_t bucket, std::string_view key);            // begins all of them
std::string Version(uint64_t bucket, std::string_view key, uint64_t sequence);
std::string NullVersion(uint64_t bucket, std::string_view key);  // 'n' bucket key
std::string EndedUpload(uint64_t upload);                        // 'e' upload
std::string Usage(uint64_t bucket);                              // 's' bucket
std::string Document(std::string_view name);                     // 'd' name
std::string PartPrefix(uint64_t upload);                         // 'p' upload
std::string Part(uint64_t upload, int number);

// The object's key in an 'o' row, the name in a 'b' or 'd' row, the number in a 'p' row, the bucket
// in an 'o', 'v' or 's' row. The row must be one of these.
std::string_view KeyOfObject(std::string_view row);
std::string_view NameOfBucket(std::string_view row);
std::string_view NameOfDocument(std::string_view row);
int NumberOfPart(std::string_view row);
uint64_t BucketOf(std::string_view row);
// The number in a row of a letter and one number: 'a', 'c', 'f'; 0 in one that is too short.
uint64_t NumberOf(std::string_view row);
struct UploadName {
  std::string key;
  std::string upload_id;
};
std::optional<UploadName> NameOfUpload(std::string_view row);  // none where malformed
struct VersionName {
  std::string key;
  uint64_t sequence;
};
std::optional<VersionName> NameOfVersion(std::string_view row);  // none where malformed

// The least string greater than every string with this prefix; "" where there is none.
std::string PrefixEnd(std::string_view prefix);

}  // namespace row_key
}  // namespace penstock::store
