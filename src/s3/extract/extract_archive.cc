// SPDX-License-Identifier: Apache-2.0
#include "s3/extract/extract_archive.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "s3/access/object_access.h"
#include "s3/announce.h"
#include "s3/copy_source.h"
#include "s3/encryption_headers.h"
#include "s3/error_codes.h"
#include "s3/error_map.h"
#include "s3/extract/gunzip_source.h"
#include "s3/extract/tar_reader.h"
#include "s3/object_headers.h"
#include "s3/payload_reader.h"

namespace penstock::s3 {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view kExtract = "x-amz-meta-snowball-auto-extract";
constexpr std::string_view kPrefix = "x-amz-meta-minio-snowball-prefix";
constexpr std::string_view kIgnoreFolders = "x-amz-meta-minio-snowball-ignore-dirs";
constexpr std::string_view kIgnoreErrors = "x-amz-meta-minio-snowball-ignore-errors";
constexpr std::string_view kRecord = "minio.metadata.";

bool Says(const net::Headers& headers, std::string_view name) {
  return base::EqualsIgnoreCase(headers.GetOr(name, ""), "true");
}

// A source whose first bytes may be looked at, and whose digest is taken on the way.
class PeekedSource final : public base::ByteSource {
 public:
  explicit PeekedSource(base::ByteSource& source) : source_(source) {}

  Result<bool> StartsWith(std::string_view magic) {
    while (filled_ < magic.size()) {
      PENSTOCK_TRY(size_t count, Fetch(std::span(head_).subspan(filled_)));
      if (count == 0) return false;
      filled_ += count;
    }
    return std::string_view(head_.data(), magic.size()) == magic;
  }

  Result<size_t> Read(std::span<char> buffer) override {
    if (taken_ == filled_) return Fetch(buffer);
    size_t count = std::min(buffer.size(), filled_ - taken_);
    std::copy_n(head_.data() + taken_, count, buffer.data());
    taken_ += count;
    return count;
  }

  // Of what was read so far; once.
  std::string Md5() { return base::HexEncode(md5_.Finish()); }

 private:
  Result<size_t> Fetch(std::span<char> buffer) {
    PENSTOCK_TRY(size_t count, source_.Read(buffer));
    md5_.Update({buffer.data(), count});
    return count;
  }

  base::ByteSource& source_;
  crypto::Digest md5_{crypto::DigestKind::kMd5};
  std::array<char, 512> head_;
  size_t filled_ = 0;
  size_t taken_ = 0;
};

class Extraction {
 public:
  explicit Extraction(Call& call)
      : call_(call),
        ignore_folders_(Says(call.headers(), kIgnoreFolders)),
        ignore_errors_(Says(call.headers(), kIgnoreErrors)) {}

  // The digest of the archive.
  Result<std::string> Run() {
    PENSTOCK_RETURN_IF_ERROR(ReadOptions());
    PENSTOCK_TRY(auto payload, PayloadReader::Open(call_.request, call_.identity));
    PeekedSource peeked(*payload);
    PENSTOCK_TRY(bool packed, peeked.StartsWith("\x1f\x8b"));
    std::optional<GunzipSource> unpacked;
    if (packed) unpacked.emplace(peeked);
    TarReader reader(packed ? static_cast<base::ByteSource&>(*unpacked) : peeked);
    while (true) {
      PENSTOCK_TRY(std::optional<TarEntry> entry, reader.Next());
      if (!entry) break;
      Status stored = Store(*entry, reader.content());
      if (!stored && !ignore_errors_) return base::Fail(std::move(stored).error());
    }
    // To the end, where what the request promised about its body is verified.
    std::array<char, 16 << 10> rest;
    while (true) {
      PENSTOCK_TRY(size_t count, peeked.Read(rest));
      if (count == 0) return peeked.Md5();
    }
  }

 private:
  Status ReadOptions() {
    PENSTOCK_RETURN_IF_ERROR(CheckWriteHeaders(call_.headers()));
    PENSTOCK_TRY(options_.metadata, ParseObjectMetadata(call_.headers()));
    auto is_for_us = [](const auto& field) {
      return field.first == "snowball-auto-extract" || field.first.starts_with("minio-snowball-");
    };
    std::erase_if(options_.metadata.user, is_for_us);
    // These are the archive's.
    options_.metadata.content_type.clear();
    options_.metadata.system.erase("content-encoding");
    PENSTOCK_TRY(options_.attributes, ParseObjectAttributes(call_.headers(), call_.clock.Now()));
    PENSTOCK_RETURN_IF_ERROR(TakeOwnerAndAcl(call_, options_.attributes));
    PENSTOCK_TRY(options_.encryption, EncryptionOfWrite(call_));
    prefix_ = call_.headers().GetOr(kPrefix, "");
    prefix_.erase(0, prefix_.find_first_not_of('/'));
    if (!prefix_.empty() && !prefix_.ends_with('/')) prefix_ += '/';
    return {};
  }

  // Names in archives are relative, however they are written.
  std::string KeyOf(std::string_view name) const {
    while (name.starts_with("./") || name.starts_with('/')) {
      name.remove_prefix(name.starts_with('/') ? 1 : 2);
    }
    return name.empty() ? "" : prefix_ + std::string(name);
  }

  // What the archive's maker says of one file: minio.metadata.content-type and
  // minio.metadata.x-amz-meta-*.
  static Status TakeRecords(const TarEntry& entry, store::ObjectMetadata& metadata) {
    size_t bytes = 0;
    for (const auto& [name, value] : entry.records) {
      std::string field = base::ToLower(name);
      if (!field.starts_with(kRecord)) continue;
      field.erase(0, kRecord.size());
      auto breaks = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
      if (std::any_of(value.begin(), value.end(), breaks)) {
        return Refuse(code::kInvalidArgument, "The record " + name + " holds control characters.");
      }
      bytes += field.size() + value.size();
      if (bytes > kMaxUserMetadataBytes) return Refuse(code::kMetadataTooLarge);
      if (field == "content-type") metadata.content_type = value;
      constexpr std::string_view kUser = "x-amz-meta-";
      if (field.starts_with(kUser)) metadata.user[field.substr(kUser.size())] = value;
    }
    return {};
  }

  Status Store(const TarEntry& entry, base::ByteSource& content) {
    if (entry.folder && ignore_folders_) return {};
    std::string key = KeyOf(entry.name);
    if (key.empty()) return {};
    if (key.size() > store::kMaxKeyBytes) return Refuse(code::kKeyTooLongError);
    if (entry.size > kMaxObjectPutBytes) return Refuse(code::kEntityTooLarge);
    PENSTOCK_RETURN_IF_ERROR(call_.gate.Require("s3:PutObject", {call_.bucket(), key, ""}));
    store::PutOptions options = options_;
    PENSTOCK_RETURN_IF_ERROR(TakeRecords(entry, options.metadata));
    PENSTOCK_TRY(store::ObjectInfo info,
                 call_.store.PutObject(call_.bucket(), key, content, options));
    Announce(call_, "s3:ObjectCreated:Put", info);
    return {};
  }

  Call& call_;
  const bool ignore_folders_;
  const bool ignore_errors_;
  store::PutOptions options_;
  std::string prefix_;
};

}  // namespace

bool WantsExtraction(const net::Headers& headers) { return Says(headers, kExtract); }

Status ExtractArchive(Call& call) {
  PENSTOCK_TRY(std::string md5, Extraction(call).Run());
  net::Headers headers;
  headers.Add("ETag", "\"" + md5 + "\"");
  return SendEmpty(call, 200, headers);
}

}  // namespace penstock::s3
