// SPDX-License-Identifier: Apache-2.0
#include "store/decrypting_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "crypto/aead.h"
#include "crypto/digest.h"
#include "store/package_cipher.h"
#include "store/record_codec.h"

namespace penstock::store {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

// Puts packages together of the pieces in which they come, opens them, and passes on those of their
// bytes that are wanted.
class PackageSink final : public base::ByteSink {
 public:
  struct Range {
    uint64_t first_package = 0;
    uint64_t package_count = 0;  // of the whole stretch
    uint64_t skip = 0;           // of the first package's bytes
    uint64_t length = 0;
    uint64_t sealed_left = 0;  // bytes that are yet to come
  };
  PackageSink(PackageCipher& cipher, const Range& range, std::vector<char>& plain,
              base::ByteSink& sink)
      : cipher_(cipher), range_(range), plain_(plain), sink_(sink) {}

  Status Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      size_t size = std::min<uint64_t>(kSealedPackageBytes, range_.sealed_left);
      if (gathered_.empty() && bytes.size() >= size) {
        PENSTOCK_RETURN_IF_ERROR(TakePackage(bytes.substr(0, size)));
        bytes.remove_prefix(size);
        continue;
      }
      std::string_view piece = bytes.substr(0, size - gathered_.size());
      gathered_.reserve(size);
      gathered_.append(piece);
      bytes.remove_prefix(piece.size());
      if (gathered_.size() < size) return {};
      PENSTOCK_RETURN_IF_ERROR(TakePackage(gathered_));
    }
    return {};
  }

  bool opened_all() const { return !damaged_; }
  uint64_t package() const { return range_.first_package; }

 private:
  Status TakePackage(std::string_view sealed) {
    size_t size = sealed.size() - crypto::kAeadTagBytes;
    plain_.resize(std::max(plain_.size(), size));
    std::span<char> out(plain_.data(), size);
    bool last = range_.first_package + 1 == range_.package_count;
    if (!cipher_.Open(range_.first_package, last, sealed, out)) {
      damaged_ = true;
      return Fail(Code::kDataLoss, "a package of encrypted bytes does not open");
    }
    ++range_.first_package;
    range_.sealed_left -= sealed.size();
    gathered_ = std::string();  // not held while a slow client is waited for
    std::string_view wanted(plain_.data() + range_.skip,
                            std::min<uint64_t>(size - range_.skip, range_.length));
    range_.skip = 0;
    range_.length -= wanted.size();
    return wanted.empty() ? Status() : sink_.Write(wanted);
  }

  PackageCipher& cipher_;
  Range range_;
  std::string gathered_;
  std::vector<char>& plain_;
  base::ByteSink& sink_;
  bool damaged_ = false;
};

// One encrypted stretch of an object's bytes; see PackageCipher.
struct EncryptedStretch {
  uint64_t plain_size = 0;
  int part_number = 0;
  std::string salt;
};

class DecryptingReader final : public ObjectReader {
 public:
  DecryptingReader(std::unique_ptr<ObjectReader> sealed, ObjectInfo info, std::string place,
                   std::vector<EncryptedStretch> stretches, crypto::Secret data_key,
                   bool one_by_one)
      : sealed_(std::move(sealed)),
        info_(std::move(info)),
        place_(std::move(place)),
        stretches_(std::move(stretches)),
        data_key_(std::move(data_key)),
        one_by_one_(one_by_one) {
    Place at;
    for (const EncryptedStretch& stretch : stretches_) {
      places_.push_back(at);
      at.plain += stretch.plain_size;
      at.sealed += SealedSize(stretch.plain_size);
    }
  }

  // What has no bytes is verified here, as nobody will read any.
  Status Start() {
    if (info_.size > 0 || stretches_.empty()) return {};
    base::StringSink none;
    return ReadStretch(0, 0, 0, none);
  }

  const ObjectInfo& info() const override { return info_; }

  Status Read(uint64_t offset, uint64_t length, base::ByteSink& sink) override {
    if (offset > info_.size || length > info_.size - offset) {
      return Fail(Code::kOutOfRange, reason::kBadRange,
                  place_ + " has " + std::to_string(info_.size) + " bytes, fewer than asked for");
    }
    while (length > 0) {
      // The last stretch that begins at or before the offset; empty ones before it are passed over.
      auto next =
          std::upper_bound(places_.begin(), places_.end(), offset,
                           [](uint64_t at, const Place& place) { return at < place.plain; });
      auto index = static_cast<size_t>(next - places_.begin()) - 1;
      uint64_t within = offset - places_[index].plain;
      uint64_t count = std::min(length, stretches_[index].plain_size - within);
      PENSTOCK_RETURN_IF_ERROR(ReadStretch(index, within, count, sink));
      offset += count;
      length -= count;
    }
    return {};
  }

 private:
  // Where a stretch begins.
  struct Place {
    uint64_t plain = 0;
    uint64_t sealed = 0;
  };

  Status ReadStretch(size_t index, uint64_t offset, uint64_t length, base::ByteSink& sink) {
    const EncryptedStretch& stretch = stretches_[index];
    if (!cipher_ || cipher_index_ != index) {
      cipher_.emplace(data_key_, stretch.part_number, stretch.salt);
      cipher_index_ = index;
    }
    PackageSink::Range range;
    range.first_package = offset / kPackageBytes;
    range.package_count = PackageCount(stretch.plain_size);
    range.skip = offset % kPackageBytes;
    range.length = length;
    uint64_t end_package = length == 0 ? 1 : (offset + length - 1) / kPackageBytes + 1;
    uint64_t begin = range.first_package * kSealedPackageBytes;
    range.sealed_left =
        std::min(end_package * kSealedPackageBytes, SealedSize(stretch.plain_size)) - begin;
    PackageSink packages(*cipher_, range, plain_, sink);
    Status read = ReadPackages(places_[index].sealed + begin, range.sealed_left, packages);
    if (packages.opened_all()) return read;
    std::string where = place_;
    if (stretch.part_number > 0) where += ", part " + std::to_string(stretch.part_number);
    return Fail(Code::kDataLoss, where + ": encrypted package " +
                                     std::to_string(packages.package()) + " does not open");
  }

  // One by one where that costs little, so that no more is held for a slow client.
  Status ReadPackages(uint64_t offset, uint64_t length, PackageSink& packages) {
    uint64_t most = one_by_one_ ? kSealedPackageBytes : length;
    while (length > 0) {
      uint64_t count = std::min(length, most);
      PENSTOCK_RETURN_IF_ERROR(sealed_->Read(offset, count, packages));
      offset += count;
      length -= count;
    }
    return {};
  }

  std::unique_ptr<ObjectReader> sealed_;
  ObjectInfo info_;
  std::string place_;
  std::vector<EncryptedStretch> stretches_;
  std::vector<Place> places_;  // of each stretch
  crypto::Secret data_key_;
  std::optional<PackageCipher> cipher_;
  size_t cipher_index_ = 0;
  std::vector<char> plain_;
  const bool one_by_one_;
};

// The stretches of a content, one after the other.
std::vector<EncryptedStretch> StretchesOf(const ObjectInfo& info, const ContentRecord& content) {
  if (info.part_sizes.empty()) return {{info.size, 0, {}}};
  std::vector<EncryptedStretch> stretches;
  stretches.reserve(content.parts.size());
  for (const FilePart& part : content.parts) {
    stretches.push_back({part.size, part.number, part.salt});
  }
  return stretches;
}

Status CheckLayout(const std::string& place, const ObjectInfo& info,
                   const SealedDataKey& sealed_key, const ContentRecord& content,
                   const crypto::Secret& data_key) {
  const std::string& layout = sealed_key.layout;
  // A customer's key may not have been there to seal it.
  bool needed = !info.part_sizes.empty() && sealed_key.kind != EncryptionKind::kCustomerKey;
  if (layout.empty() && !needed) return {};
  if (base::ConstantTimeEquals(layout, SealLayout(data_key, content))) return {};
  return Fail(Code::kDataLoss, place + " does not have the parts that it was made of");
}

}  // namespace

Result<std::unique_ptr<ObjectReader>> MakeDecryptingReader(
    Core& core, std::string place, ObjectInfo info, const SealedDataKey& sealed_key,
    ContentRecord content, std::optional<ContentView> view, crypto::Secret data_key) {
  PENSTOCK_RETURN_IF_ERROR(CheckLayout(place, info, sealed_key, content, data_key));
  std::vector<EncryptedStretch> stretches = StretchesOf(info, content);
  ObjectInfo stored;
  for (const EncryptedStretch& stretch : stretches) stored.size += SealedSize(stretch.plain_size);
  for (FilePart& part : content.parts) part.size = SealedSize(part.size);
  PENSTOCK_TRY(auto sealed, MakeObjectReader(core, place, std::move(stored), std::move(content),
                                             std::move(view)));
  auto reader = std::make_unique<DecryptingReader>(std::move(sealed), std::move(info),
                                                   std::move(place), std::move(stretches),
                                                   std::move(data_key), core.data.reads_parts());
  PENSTOCK_RETURN_IF_ERROR(reader->Start());
  return std::unique_ptr<ObjectReader>(std::move(reader));
}

std::string SealLayout(const crypto::Secret& data_key, const ContentRecord& content) {
  RecordWriter out;
  for (const FilePart& part : content.parts) {
    out.Varint(static_cast<uint64_t>(part.number));
    out.Varint(part.size);
    out.Text(part.salt);
  }
  crypto::Secret key = crypto::DeriveKey(data_key, {}, "penstock layout 1");
  return crypto::HmacSha256(key.bytes(), out.Take());
}

}  // namespace penstock::store
