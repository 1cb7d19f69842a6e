// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include "kfp/archive.h"
#include "kfp/inflate.h"

// Zip files by PKWARE's APPNOTE.TXT 6.3: the central directory is what counts; local headers are
// read only for where the data begins.
namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxEntries = 1000;
constexpr size_t kEndBytes = 22;
constexpr size_t kDirectoryEntryBytes = 46;
constexpr size_t kLocalHeaderBytes = 30;
constexpr size_t kMaxCommentBytes = 65535;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;
constexpr uint16_t kEncryptedFlag = 1;

tl::unexpected<base::Error> Wrong(std::string message) {
  return Fail(Code::kInvalidArgument, "the zip file " + std::move(message));
}

// Little-endian numbers; the caller has checked the bounds.
uint16_t U16(std::string_view bytes, size_t at) {
  auto low = static_cast<unsigned char>(bytes[at]);
  auto high = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<uint16_t>(low | (high << 8));
}
uint32_t U32(std::string_view bytes, size_t at) {
  return U16(bytes, at) | (static_cast<uint32_t>(U16(bytes, at + 2)) << 16);
}

// The end record, found from behind because a comment of any text may follow it.
Result<std::string_view> FindEnd(std::string_view bytes) {
  if (bytes.size() < kEndBytes) return Wrong("is cut off");
  size_t last = bytes.size() - kEndBytes;
  size_t first = last > kMaxCommentBytes ? last - kMaxCommentBytes : 0;
  for (size_t at = last + 1; at-- > first;) {
    if (bytes.substr(at, 4) != "PK\x05\x06") continue;
    if (at + kEndBytes + U16(bytes, at + 20) == bytes.size()) return bytes.substr(at, kEndBytes);
  }
  return Wrong("has no directory");
}

// The packed data that a local header at `offset` leads.
Result<std::string_view> FindData(std::string_view bytes, uint32_t offset, uint32_t size) {
  std::string_view local = bytes.substr(std::min<size_t>(offset, bytes.size()));
  if (local.size() < kLocalHeaderBytes || !local.starts_with("PK\x03\x04")) {
    return Wrong("is damaged: an entry is not where its directory says");
  }
  size_t start = kLocalHeaderBytes + U16(local, 26) + U16(local, 28);
  if (start > local.size() || local.size() - start < size) return Wrong("is cut off");
  return local.substr(start, size);
}

// Takes one entry off the front of the directory; none for a folder.
Result<std::optional<ArchiveEntry>> TakeEntry(std::string_view bytes, std::string_view& directory) {
  if (directory.size() < kDirectoryEntryBytes || !directory.starts_with("PK\x01\x02")) {
    return Wrong("has a damaged directory");
  }
  std::string_view head = directory.substr(0, kDirectoryEntryBytes);
  size_t name_length = U16(head, 28);
  size_t length = kDirectoryEntryBytes + name_length + U16(head, 30) + U16(head, 32);
  if (length > directory.size()) return Wrong("has a damaged directory");
  ArchiveEntry entry;
  entry.name = directory.substr(kDirectoryEntryBytes, name_length);
  directory.remove_prefix(length);
  if (entry.name.ends_with('/')) return std::optional<ArchiveEntry>();

  uint16_t method = U16(head, 10);
  if ((U16(head, 8) & kEncryptedFlag) != 0) return Wrong("is encrypted");
  if (method != kStored && method != kDeflated) {
    return Wrong("is packed with a method other than deflate");
  }
  entry.deflated = method == kDeflated;
  entry.crc32 = U32(head, 16);
  entry.size = U32(head, 24);
  PENSTOCK_TRY(entry.content, FindData(bytes, U32(head, 42), U32(head, 20)));
  return std::optional(std::move(entry));
}

}  // namespace

Result<std::vector<ArchiveEntry>> ListZip(std::string_view bytes) {
  PENSTOCK_TRY(std::string_view end, FindEnd(bytes));
  size_t count = U16(end, 10);
  size_t size = U32(end, 12);
  size_t offset = U32(end, 16);
  if (U16(end, 4) != 0 || U16(end, 8) != count) return Wrong("is one of several volumes");
  if (count > kMaxEntries) return Wrong("has too many entries");
  if (offset > bytes.size() || bytes.size() - offset < size)
    return Wrong("has a damaged directory");
  std::string_view directory = bytes.substr(offset, size);
  std::vector<ArchiveEntry> entries;
  for (size_t i = 0; i < count; ++i) {
    PENSTOCK_TRY(auto entry, TakeEntry(bytes, directory));
    if (entry) entries.push_back(*std::move(entry));
  }
  return entries;
}

Result<std::string> ReadEntry(const ArchiveEntry& entry, size_t limit) {
  if (entry.size > limit) {
    return Fail(Code::kInvalidArgument, "'" + entry.name + "' in the archive is larger than " +
                                            std::to_string(limit >> 20) + " MiB");
  }
  std::string content(entry.deflated ? std::string_view() : entry.content);
  if (entry.deflated) {
    PENSTOCK_TRY(content, InflateRaw(entry.content, limit));
  }
  if (content.size() != entry.size || (entry.crc32 && Crc32(content) != *entry.crc32)) {
    return Fail(Code::kInvalidArgument, "'" + entry.name + "' in the archive is damaged");
  }
  return content;
}

}  // namespace penstock::kfp
